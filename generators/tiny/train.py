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
from pathlib import Path

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
    parser.add_argument("--scenes", type=int, default=3000, help="scenes in the pool (default: 3000)")
    parser.add_argument("--batch", type=int, default=8, help="clips a step (default: 8)")
    parser.add_argument("--minutes", type=float, help="budget of each chosen stage in minutes")
    parser.add_argument("--steps", type=int, help="budget of each chosen stage in steps (reproducible)")
    parser.add_argument("--guidance", type=float, default=2.0, help="of the teacher in distill (default: 2)")
    parser.add_argument("--motion-reward", type=float, default=0.0, help="strength in distill (default: 0)")
    read = parser.parse_args(arguments)
    if unknown := [stage for stage in read.stages if stage not in STAGES]:
        parser.error(f"unknown stage {', '.join(unknown)}; expected {', '.join(STAGES)}")
    if (read.minutes is None) == (read.steps is None):
        parser.error("give either --minutes or --steps")
    budget = Budget(read.steps, "steps") if read.steps else Budget(60 * read.minutes, "seconds")
    return read.stages or list(STAGES), Options(
        work=read.work,
        out=read.out or read.work,
        device=read.device,
        seed=read.seed,
        workers=read.workers,
        scenes=read.scenes,
        batch=read.batch,
        budget=budget,
        guidance=read.guidance,
        motion_reward=read.motion_reward,
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the stages."""
    stages, options = parse(arguments)
    team.join()
    for stage in stages:
        run_stage(stage, options)


if __name__ == "__main__":
    main()
