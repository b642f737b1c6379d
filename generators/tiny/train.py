"""Training of the tiny backbone: ``python -m generators.tiny.train --work DIR``.

Stages, each resumable: ``codec`` (basis and decoder), ``pool`` (scenes rendered and encoded), ``teacher``
(bidirectional flow matching), ``causal`` (the student learns to look back), ``distill`` (few steps by
self-rollout and distribution matching), ``export`` (float16 weights with their story).

On a CPU several processes of one thread each are faster than one process of several threads:
``python -m torch.distributed.run --nproc-per-node 2 -m generators.tiny.train …``; ``--batch`` is then the
clips of one process.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from generators.contract import GeneratorError
from generators.engine.machine import parse_device
from generators.tiny import team
from generators.tiny.stages import STAGES, Options, run_stage
from generators.tiny.trainer import Budget


def parse(arguments: list[str] | None = None) -> tuple[list[str], Options]:
    """Stages to run, in order, and their options."""
    parser = argparse.ArgumentParser(prog="python -m generators.tiny.train", description=__doc__)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"of {', '.join(STAGES)}; default: all")
    parser.add_argument("--work", type=Path, required=True, help="folder for the pool and the checkpoints")
    parser.add_argument("--out", type=Path, help="folder for the exported weights; default: the work folder")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: cpu)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2, help="processes that render (default: 2)")
    parser.add_argument("--codec-scenes", type=int, default=160, help="scenes for the codec (default: 160)")
    parser.add_argument("--scenes", type=int, default=3000, help="scenes in the pool (default: 3000)")
    parser.add_argument("--batch", type=int, default=8, help="clips a step (default: 8)")
    parser.add_argument("--minutes", type=float, help="budget of each chosen stage in minutes")
    parser.add_argument("--steps", type=int, help="budget of each chosen stage in steps (reproducible)")
    parser.add_argument("--guidance", type=float, default=2.0, help="of the teacher in distill (default: 2)")
    parser.add_argument("--motion-reward", type=float, default=0.0, help="strength in distill (default: 0)")
    read = parser.parse_args(arguments)
    if faults := _faults(read):
        parser.error("; ".join(faults))
    budget = Budget(read.steps, "steps") if read.steps else Budget(60 * read.minutes, "seconds")
    return read.stages or list(STAGES), Options(
        work=read.work,
        out=read.out or read.work,
        device=read.device,
        seed=read.seed,
        workers=read.workers,
        codec_scenes=read.codec_scenes,
        scenes=read.scenes,
        batch=read.batch,
        budget=budget,
        guidance=read.guidance,
        motion_reward=read.motion_reward,
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the stages.

    Raises:
        SystemExit: wrong arguments, or what an earlier stage makes is not there.
    """
    stages, options = parse(arguments)
    team.join()
    for stage in stages:
        try:
            run_stage(stage, options)
        except FileNotFoundError as error:
            raise SystemExit(f"{stage}: {error}; run the stages before it first") from error


def _faults(read: argparse.Namespace) -> list[str]:
    """Everything that is wrong with the arguments."""
    faults = []
    if unknown := [stage for stage in read.stages if stage not in STAGES]:
        faults.append(f"unknown stage {', '.join(unknown)}; expected {', '.join(STAGES)}")
    if (read.minutes is None) == (read.steps is None):
        faults.append("give either --minutes or --steps")
    numbers = {f"--{name.replace('_', '-')}": value for name, value in vars(read).items()}
    faults += [
        f"{name} must be at least 1, got {numbers[name]}"
        for name in ("--steps", "--workers", "--codec-scenes", "--scenes", "--batch")
        if numbers[name] is not None and numbers[name] < 1
    ]
    faults += [
        f"{name} must be a finite number, got {numbers[name]:g}"
        for name in ("--guidance", "--motion-reward")
        if not math.isfinite(numbers[name])
    ]
    if read.minutes is not None and not 0 < read.minutes < math.inf:
        faults.append(f"--minutes must be more than 0, got {read.minutes:g}")
    if not 0 <= read.seed < 2**63:
        faults.append(f"--seed must be from 0 to 2^63 - 1, got {read.seed}")
    faults += [f"{folder} is not a folder" for folder in (read.work, read.out) if folder and folder.is_file()]
    try:
        parse_device(read.device)
    except GeneratorError as error:
        faults.append(str(error))
    return faults


if __name__ == "__main__":
    main()
