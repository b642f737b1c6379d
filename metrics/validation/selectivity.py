"""How selective each metric is, weakest target against strongest nuisance, and whether that will do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from metrics.types import Quantity
from metrics.validation import statistics
from metrics.validation.responses import Readings, Response, pooled_auc
from metrics.validation.targets import STILL_OR_LOOPED, Bars, has_targets


@dataclass(frozen=True, slots=True)
class Selectivity:
    """One metric's verdict. A column of ``selectivity.csv`` each."""

    metric: str
    headline: bool
    selectivity: float | None
    """Weakest target |d_z| over strongest nuisance |d_z|, each at its strongest severity.

    A target that the metric answers the wrong way counts as 0. None where a target has no d_z.
    """
    auc: float | None
    """Of all targets together: see :func:`metrics.validation.responses.pooled_auc`."""
    weakest_target: str
    strongest_nuisance: str
    weakest_d_z: float | None
    """Signed."""
    nuisance_d_z: float | None
    """Signed."""
    selectivity_unsigned: float | None
    """The same with |d_z| of every target, whichever way it points, as the published suites count."""
    magnitude: float | None
    """Smallest mean target response over largest mean nuisance response; the wrong way counts as 0."""
    weakest_auc: float | None
    """Smallest AUC of a single target."""
    weakest_response: float | None
    """Smallest mean response to a target, in the metric's unit, positive the right way."""
    clean_spread: float | None
    """Standard deviation of the metric between clean clips."""
    credit: float | None
    """Largest improvement on a still or looped clip over ``weakest_response``; 0 where there is none."""
    abstained: float
    """Largest share of a target's clips without a number."""
    verdict: str
    """``pass`` or ``fail`` for a headline, empty for others."""
    reasons: str
    """Why not, separated by semicolons."""


def select(
    quantity: Quantity, rows: Sequence[Response], readings: Readings, bars: Bars
) -> Selectivity | None:
    """Judge one metric from its rows at the strongest severities; None where it has no target at all."""
    top = [row for row in rows if row.top]
    targets = [row for row in top if row.role == "target"]
    if not has_targets(quantity.id) or not targets:
        return None
    nuisances = [row for row in top if row.role == "nuisance" and row.d_z is not None]
    weakest = min(targets, key=lambda row: _strength(row, row.d_z))
    strongest = max(nuisances, key=lambda row: abs(row.d_z or 0.0), default=None)
    known = all(row.d_z is not None for row in targets)
    noise = None if strongest is None or strongest.d_z is None else abs(strongest.d_z)
    weak_response = min(_strength(row, row.response) for row in targets) if known else None
    floor = max((abs(row.response or 0.0) for row in nuisances), default=None)
    aucs = [row.auc for row in targets if row.auc is not None]
    found = Selectivity(
        metric=quantity.id,
        headline=quantity.headline,
        selectivity=statistics.ratio(_strength(weakest, weakest.d_z), noise) if known else None,
        auc=pooled_auc(quantity, readings),
        weakest_target=weakest.perturbation,
        strongest_nuisance=strongest.perturbation if strongest else "",
        weakest_d_z=weakest.d_z,
        nuisance_d_z=strongest.d_z if strongest else None,
        selectivity_unsigned=statistics.ratio(min(abs(r.d_z or 0) for r in targets), noise)
        if known
        else None,
        magnitude=statistics.ratio(weak_response, floor),
        weakest_auc=min(aucs) if len(aucs) == len(targets) else None,
        weakest_response=weak_response,
        clean_spread=statistics.standard_deviation(readings.values(quantity.id)),
        credit=_credit(quantity, top, weak_response),
        abstained=max(row.abstained / row.clips if row.clips else 1.0 for row in targets),
        verdict="",
        reasons="",
    )
    # An onset is its axis's level against a threshold: the level is judged here, that by false alarms.
    return _judged(found, targets, bars) if quantity.headline and quantity.unit != "s" else found


def _strength(row: Response, value: float | None) -> float:
    """Size of a target's answer; 0 where it points the wrong way or is unknown."""
    return 0.0 if value is None or row.sign == "wrong" else abs(value)


def _credit(quantity: Quantity, rows: Sequence[Response], weakest: float | None) -> float | None:
    if quantity.better == "none":
        return None
    gains = [
        abs(row.response or 0.0)
        for row in rows
        if row.perturbation in STILL_OR_LOOPED and row.sign == "wrong"
    ]
    if not gains:
        return 0.0
    return None if weakest is None else math.inf if weakest == 0 else max(gains) / weakest


def _judged(found: Selectivity, targets: Sequence[Response], bars: Bars) -> Selectivity:
    reasons = [f"{row.perturbation} is answered the wrong way" for row in targets if row.sign == "wrong"]
    reasons += [
        f"no number on {row.abstained} of {row.clips} clips under {row.perturbation}"
        for row in targets
        if row.abstained > bars.abstained * row.clips
    ]
    if found.selectivity is None or found.selectivity < bars.selectivity:
        reasons.append(f"selectivity below {bars.selectivity:g}")
    if bars.auc and (found.auc is None or found.auc < bars.auc):
        reasons.append(f"AUC below {bars.auc:g}")
    if found.credit is None or found.credit > bars.credit:
        reasons.append("looks better on a still or looped clip")
    return replace(found, verdict="fail" if reasons else "pass", reasons="; ".join(reasons))
