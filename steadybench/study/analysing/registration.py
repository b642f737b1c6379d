"""What was fixed beforehand, as the page tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from steadybench.study.excluding.rules import sentences
from steadybench.study.locking.model import Analysis, Lock
from steadybench.study.locking.stopping import sentence

if TYPE_CHECKING:
    from reports.study.results import Registration


def registration(lock: Lock, digest: str, sessions: int, *, compared: bool, blind: bool) -> Registration:
    """Tell a lock.

    Args:
        lock: of the study, or the program's defaults.
        digest: of the lock's file, empty where the study was never locked.
        sessions: how many were planned.
        compared: whether it was held against the digest that was deposited.
        blind: whether nobody has been told the names: hypotheses may tell them.
    """
    from reports.study.results import Expectation, Registration

    terms = lock.terms
    return Registration(
        digest=digest, compared=compared, locked_at=lock.locked_at, software=lock.software,
        hypotheses="" if blind else terms.hypotheses, withheld=blind and bool(terms.hypotheses),
        raters=terms.raters, stop=sentence(terms.stop, sessions) if digest else "", stopping=terms.stopping,
        rules=tuple(sentences(terms.rules)), alpha_gate=terms.analysis.alpha_gate,
        settings=tuple(_settings(lock)),
        planned=tuple(Expectation(one.question, one.better, one.worse) for one in terms.planned),
    )  # fmt: skip


def _settings(lock: Lock) -> Iterator[tuple[str, str]]:
    own, plan = lock.terms.analysis, lock.settings
    yield "Votes a unit", str(plan.votes)
    yield "Prompts a pair", str(plan.prompts_per_pair or "all")
    ends = "" if plan.excerpt == "full" else ", of the start and the end"
    yield "Length shown", f"{plan.seconds:g} s{ends}"
    yield "Seed of the plan", str(plan.seed)
    if plan.metric:
        yield "Metric under test", plan.metric
        yield "Gaps of bands", ", ".join(f"{edge:g}" for edge in plan.bands)
    yield "Ridge on strengths", f"{own.ridge:g}"
    yield "Resamples of prompts", f"{own.draws:,}"
    yield "Seed of resamples", str(own.seed)
    yield "Limits and tests", "at 95 %, Holm over all planned comparisons of the study"
    yield "Gate on alpha", _gate(own)


def _gate(own: Analysis) -> str:
    from reports.study.alpha import GATE_UNITS

    if own.alpha_gate is None:
        return "none"
    return f"lower limit above {own.alpha_gate:g}, {GATE_UNITS} units with two votes or more"
