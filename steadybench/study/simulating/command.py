"""What ``study simulate`` does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from steadybench.errors import InputError
from steadybench.study import apart, planfile
from steadybench.study import key as keys
from steadybench.study.gathering.values import moment
from steadybench.study.locking import lockfile
from steadybench.study.locking.model import Terms
from steadybench.study.model import Plan
from steadybench.study.simulating import strengths, writing
from steadybench.study.simulating.playing import play
from steadybench.study.simulating.raters import Truth

_UNLOCKED = "2026-01-01T00:00:00Z"
"""When answers to a study without a lock are dated."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was given."""

    people: Truth
    """Without strengths."""
    strengths: tuple[str, ...]
    spread: float
    """Taken where no strengths are named."""
    seed: int
    key: Path | None


def answers(folder: Path, asked: Asked, out: Path) -> str:
    """Write answers of made-up raters, dated from the lock on; return what to tell.

    Raises:
        InputError: there is no plan, a strength is wrong, or the folder holds something already.
        StorageError: a file cannot be written.
    """
    apart.check(out, "made-up answers and what is true")
    plan = planfile.load(folder)
    truth = _truth(plan, asked)
    writing.check(out)
    locked = lockfile.load(folder).locked_at if (folder / lockfile.FILE).exists() else _UNLOCKED
    made = play(plan, truth, (asked.seed,), moment(locked))
    writing.write(made, plan, truth, asked.seed, out)
    return (f"{len(made)} simulated answers of {len(plan.sessions)} sessions in {out}; what is true, in "
            f"{writing.truth_file(out)}. They are marked as simulated and never count beside people's.")


def resolution(folder: Path, asked: Asked, repeats: int, say: Callable[[str], None]) -> str:
    """Play a study many times and tell what it would resolve.

    Raises:
        InputError: there is no plan, or a strength is wrong.
    """
    from steadybench.study.simulating import agreeing
    from steadybench.study.simulating.resolving import resolve
    from steadybench.study.simulating.telling import told

    plan = planfile.load(folder)
    truth = _truth(plan, asked)
    terms = lockfile.load(folder).terms if (folder / lockfile.FILE).exists() else Terms()
    if plan.settings.kind == "validation":
        return "\n".join(agreeing.told(agreeing.validate(plan, truth, terms, asked.seed, repeats, say)))
    found = resolve(plan, truth, terms, asked.seed, repeats, say)
    return "\n".join(told(found, plan))


def _truth(plan: Plan, asked: Asked) -> Truth:
    if asked.people.slope and plan.settings.kind != "validation":
        raise InputError("A comparison has no metric under test, so there are no gaps for --slope.")
    key = keys.load(asked.key) if asked.key else None
    found = strengths.named(asked.strengths, plan, key) if asked.strengths else strengths.spread(
        plan, asked.spread, asked.seed)
    return replace(asked.people, strengths=found)
