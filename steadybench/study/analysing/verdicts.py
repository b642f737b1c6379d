"""What metrics say of the units of a validation, worked out again from the scores that the plan froze."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from steadybench.study.model import Plan, Unit

if TYPE_CHECKING:
    from reports.study.model import Verdict


def verdicts(plan: Plan, question: str) -> Iterator[Verdict]:
    """Work out gap and better system of a question's units, by the metric under test and by all others.

    Which way is better comes from the metrics' declarations alone. The band is that of the metric under test,
    by whose gaps the units were chosen. A comparison has no verdicts.
    """
    from reports.study.model import Verdict

    for unit in plan.units:
        if not unit.metric or unit.question != question:
            continue
        for metric in sorted(plan.directions):
            if lead := _lead(plan, unit, metric):
                yield Verdict(unit.id, metric, "first" if lead > 0 else "second", abs(lead), unit.band)


def faults(plan: Plan) -> Iterator[str]:
    """Say where the plan's own gap or better system is not what the frozen scores give."""
    for unit in plan.units:
        if not unit.metric:
            continue
        lead = _lead(plan, unit, unit.metric)
        better = unit.first if lead > 0 else unit.second
        if not lead:
            yield f"Unit {unit.id} has no scores of {unit.metric} that differ, so no verdict."
        elif unit.better != better or unit.gap is None or abs(abs(lead) - unit.gap) > 1e-9:
            yield f"Unit {unit.id} was planned with another verdict than its frozen scores give."


def _lead(plan: Plan, unit: Unit, metric: str) -> float:
    """How much better the first clip is by a metric; 0 where there is no verdict."""
    first, second = (plan.scores.get(clip, {}).get(metric) for clip in (unit.first_clip, unit.second_clip))
    sign = {"higher": 1.0, "lower": -1.0}.get(plan.directions.get(metric, ""), 0.0)
    return 0.0 if first is None or second is None else sign * (first - second)
