"""What the metric under test says of each unit, worked out again from the scores that the plan froze."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from steadybench.study.model import Plan, Unit

if TYPE_CHECKING:
    from reports.study.model import Verdict


def verdicts(plan: Plan) -> Iterator[Verdict]:
    """Work out gap and better system of every unit of a validation; the direction is the metric's own."""
    from reports.study.model import Verdict

    for unit in plan.units:
        lead = _lead(plan, unit)
        if lead:
            yield Verdict(unit.id, unit.metric, "first" if lead > 0 else "second", abs(lead), unit.band)


def faults(plan: Plan) -> Iterator[str]:
    """Say where the plan's own gap or better system is not what the frozen scores give."""
    for unit in plan.units:
        if not unit.metric:
            continue
        lead = _lead(plan, unit)
        better = unit.first if lead > 0 else unit.second
        if not lead:
            yield f"Unit {unit.id} has no scores of {unit.metric} that differ, so no verdict."
        elif unit.better != better or unit.gap is None or abs(abs(lead) - unit.gap) > 1e-9:
            yield f"Unit {unit.id} was planned with another verdict than its frozen scores give."


def _lead(plan: Plan, unit: Unit) -> float:
    """How much better the first clip is by the metric; 0 where there is no verdict."""
    values = [plan.scores.get(clip, {}).get(unit.metric) for clip in (unit.first_clip, unit.second_clip)]
    sign = {"higher": 1.0, "lower": -1.0}.get(plan.directions.get(unit.metric, ""), 0.0)
    return 0.0 if values[0] is None or values[1] is None else sign * (values[0] - values[1])
