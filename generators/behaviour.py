"""Promises that show only over several jobs: repeating, streaming, memory, interrupts, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from generators.contract import Generator, Job
from generators.findings import Finding, describe, verdict
from generators.meter import MEBI, Memory, memory_after_collecting, tracing
from generators.observe import Observed, observe
from generators.refusal import refusals
from prompts.types import Prompt

LONGER = 2
"""How many times as long the clip is on which growth shows."""
_TELLING_S = 0.3
_FILE = "the clip is delivered as a file"
_TRACED_SLACK, _RESIDENT_SLACK = MEBI // 2, 256 * MEBI
_STREAM_CHECKS = ("streaming", "memory-bounded", "memory-returned", "interrupt-safe")


@dataclass(frozen=True, slots=True)
class _Runs:
    """The same job again and again, under a meter; an error stands for the run that raised it."""

    repeated: Observed | Exception
    held_before: Memory
    """After the repeated run."""
    longer: Observed | Exception
    """The same at :data:`LONGER` times the length."""
    stopped: Observed | Exception
    """Closed after its first block."""
    again: Observed | Exception
    """After the stopped run."""
    held_after: Memory


def behaviour(generator: Generator, job: Job, first: Observed) -> list[Finding]:
    """Run further jobs and judge what they show.

    Args:
        generator: the adapter.
        job: a job that it has made before.
        first: what that gave.
    """
    with tracing():
        runs = _run(generator, job, first)
    findings = [_strays(first, runs), _repeats(first, runs.repeated)]
    findings += [_sensitive(generator, job, first, what) for what in ("seed", "prompt")]
    findings += _streams(generator, job, first, runs)
    return [*findings, *refusals(generator, job)]


def _run(generator: Generator, job: Job, first: Observed) -> _Runs:
    repeated = _attempt(generator, job)
    before = memory_after_collecting()
    if first.is_file:
        return _Runs(repeated, before, first, first, first, before)
    longer = _attempt(generator, _longer(job))
    stopped = _attempt(generator, job, stop_after=1)
    again = _attempt(generator, job)
    return _Runs(repeated, before, longer, stopped, again, memory_after_collecting())


def _longer(job: Job) -> Job:
    return replace(job, seconds=LONGER * job.seconds)


def _attempt(generator: Generator, job: Job, stop_after: int | None = None) -> Observed | Exception:
    try:
        return observe(generator, job, stop_after=stop_after)
    except Exception as error:  # noqa: BLE001
        return error.with_traceback(None)  # which would hold the generator's frames in memory


def _strays(first: Observed, runs: _Runs) -> Finding:
    seen = [
        run
        for run in (first, runs.repeated, runs.longer, runs.stopped, runs.again)
        if isinstance(run, Observed)
    ]
    strays = sorted({path for run in seen for path in run.strays})
    wrong = f"wrote outside the workspace: {', '.join(strays)}"
    return verdict("workspace-only", not strays, "nothing written elsewhere", wrong)


def _repeats(first: Observed, repeated: Observed | Exception) -> Finding:
    if isinstance(repeated, Exception):
        return Finding("repeatable", "failed", f"the second time the job raised {describe(repeated)}")
    wrong = "the same job gave other frames; seed everything by it"
    return verdict("repeatable", repeated.digest == first.digest, "same job, same frames", wrong)


def _sensitive(generator: Generator, job: Job, first: Observed, what: Literal["seed", "prompt"]) -> Finding:
    name = f"{what}-matters"
    if not generator.info.prompts_matter:
        return Finding(name, "skipped", "the clips exist already (prompts_matter is false)")
    other = _attempt(generator, replace(job, seed=job.seed + 1) if what == "seed" else _other_prompt(job))
    if isinstance(other, Exception):
        return Finding(name, "failed", f"another {what} raised {describe(other)}; expected a delivery")
    seen, wrong = f"another {what}, other frames", f"another {what} gave the same frames"
    return verdict(name, other.digest != first.digest, seen, wrong)


def _other_prompt(job: Job) -> Job:
    text = "A wide waterfall drops over a dark cliff into a round pool, morning light, mist at its foot."
    prompt: Prompt = replace(
        job.prompt,
        id=f"{job.prompt.id}-other",
        text=text,
        medium="waterfall",
        regime="falling_water",
        direction="down",
    )
    return replace(job, prompt=prompt)


def _streams(generator: Generator, job: Job, first: Observed, runs: _Runs) -> Iterator[Finding]:
    if first.is_file:
        yield from (Finding(name, "skipped", _FILE) for name in _STREAM_CHECKS)
        return
    yield _streaming(generator, job, runs)
    yield _bounded(runs)
    yield _returned(first, runs)
    yield _interrupted(first, runs)


def _streaming(generator: Generator, job: Job, runs: _Runs) -> Finding:
    """Frames must come while the clip is being made, not all at its end."""
    name, run = "streaming", runs.repeated if isinstance(runs.longer, Exception) else runs.longer
    if isinstance(run, Exception):
        return Finding(name, "skipped", f"the job raised {describe(run)}")
    sizes, times = run.flow.sizes, run.flow.times_s
    if not sizes or 2 * max(sizes) > sum(sizes):
        largest = max(sizes, default=0)
        wrong = f"{largest} of {sum(sizes)} frames came in one block; yield blocks as they are finished"
        return Finding(name, "failed", wrong)
    # One slow moment of the machine must not look like waiting, so what looks like it is tried again.
    if _waits(runs.repeated, run) and _waits(runs.again, _attempt(generator, _longer(job))):
        wrong = (
            f"of a clip {LONGER} times as long the first block comes later in proportion, after "
            f"{times[0]:.1f} of {times[-1]:.1f} s; yield a block as soon as it is finished"
        )
        return Finding(name, "failed", wrong)
    return Finding(
        name, "passed", f"{len(sizes)} blocks, the first after {times[0]:.2f} of {times[-1]:.2f} s"
    )


def _waits(shorter: Observed | Exception, longer: Observed | Exception) -> bool:
    """Whether the first block seems to wait for the last: late, and later for a longer clip."""
    if isinstance(shorter, Exception) or isinstance(longer, Exception):
        return False
    before, times = shorter.flow.times_s, longer.flow.times_s
    slower = times[0] - before[0] > max(_TELLING_S, 0.6 * (LONGER - 1) * before[0])
    return slower and times[-1] - times[0] < 0.1 * times[-1]


def _bounded(runs: _Runs) -> Finding:
    """A longer clip may not need more memory in proportion to its frames."""
    name = "memory-bounded"
    if isinstance(runs.repeated, Exception) or isinstance(runs.longer, Exception):
        why = next(describe(run) for run in (runs.longer, runs.repeated) if isinstance(run, Exception))
        return Finding(name, "skipped", f"no clip of {LONGER} times the length: {why}")
    more = _bytes(runs.longer) - _bytes(runs.repeated)
    if more // 2 < _TRACED_SLACK:
        return Finding(name, "skipped", "the clip is too small to tell; give a larger --size or --horizon")
    growth = _peak(runs.longer, "traced") - _peak(runs.repeated, "traced")
    resident = _peak(runs.longer, "resident") - _peak(runs.repeated, "resident")
    good = growth < more // 2 and resident < max(_RESIDENT_SLACK, more // 2)
    seen = f"{max(growth, 0) / MEBI:.1f} MiB more for {more / MEBI:.1f} MiB more of frames"
    wrong = (
        f"twice the length took {max(growth, 0) / MEBI:.1f} MiB more of Python and NumPy and "
        f"{max(resident, 0) / MEBI:.0f} MiB more in all, for {more / MEBI:.1f} MiB more of frames; drop each "
        "block once it is yielded"
    )
    return verdict(name, good, seen, wrong)


def _bytes(run: Observed) -> int:
    return sum(run.flow.sizes) * run.facts.width * run.facts.height * 3


def _peak(run: Observed, kind: Literal["traced", "resident"]) -> int:
    held: list[int] = [getattr(memory, kind) for memory in run.flow.memory]
    return max(held, default=0)


def _returned(first: Observed, runs: _Runs) -> Finding:
    """Three clips later as much is held as before."""
    before, after = runs.held_before, runs.held_after
    clip = _bytes(first)
    grown = {
        "of Python and NumPy": (after.traced - before.traced, max(_TRACED_SLACK, clip // 2)),
        "in all": (after.resident - before.resident, max(_RESIDENT_SLACK, clip)),
        "on the GPU": (after.gpu - before.gpu, max(_TRACED_SLACK, clip // 2)),
    }
    too_much = [
        f"{growth / MEBI:.1f} MiB {where}" for where, (growth, slack) in grown.items() if growth > slack
    ]
    wrong = f"three clips later {' and '.join(too_much)} are still held; keep nothing of a clip that is done"
    seen = f"{max(after.traced - before.traced, 0) / MEBI:.2f} MiB more held after three clips more"
    return verdict("memory-returned", not too_much, seen, wrong)


def _interrupted(first: Observed, runs: _Runs) -> Finding:
    """A clip that is stopped half way leaves nothing, and the next one is whole and the same."""
    name = "interrupt-safe"
    for run, when in (
        (runs.stopped, "stopping after the first block"),
        (runs.again, "the job after an interrupt"),
    ):
        if isinstance(run, Exception):
            return Finding(name, "failed", f"{when} raised {describe(run)}")
    same = isinstance(runs.again, Observed) and runs.again.digest == first.digest
    wrong = "after an interrupted clip the same job gave other frames; start every job afresh"
    return verdict(name, same, "after an interrupted clip the same job gives the same frames", wrong)
