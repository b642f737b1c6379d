"""What each metric must answer to, and what counts as proven. Data, fixed before anything is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Role = Literal["target", "nuisance", "other"]
"""What a perturbation is to a metric: to be answered, to be ignored, or a failure of another axis."""

NUISANCE = "nuisance"

FAMILIES: Mapping[str, str] = MappingProxyType(
    {"drift": "drift", "stagnation": "stagnation", "hardening": "hardening"}
)
"""Axis, the part of a metric's name before the dot, to the family of failures that it must answer to.

Metrics of other axes have no target and no selectivity.
"""

SINGLE: Mapping[str, str] = MappingProxyType({"stagnation.wrong_way": "direction"})
"""Metrics that answer to another family than their axis does."""

STILL_OR_LOOPED = ("freeze", "freeze_all", "replay", "pingpong")
"""Perturbations under which no headline may look better than it is."""


@dataclass(frozen=True, slots=True)
class Bars:
    """What a headline metric must reach."""

    selectivity: float
    """Weakest target |d_z| over strongest nuisance |d_z|."""
    auc: float
    """Of all targets together against clean clips, nuisances and failures of other axes."""
    abstained: float = 0.25
    """Largest share of a target's clips that may have no number."""
    credit: float = 0.05
    """Largest improvement on a still or looped clip, as a share of the weakest target's response."""


PROCEDURAL = Bars(selectivity=8.0, auc=0.98)
"""Rendered scenes whose seeds played no part in any choice."""
WITH_REAL = Bars(selectivity=3.0, auc=0.0)
"""Runs with real clips in them; no AUC is asked for."""


def role_of(metric: str, family: str) -> Role:
    """What a perturbation of a family is to a metric."""
    if family == NUISANCE:
        return "nuisance"
    return "target" if _family_of(metric) == family else "other"


def has_targets(metric: str) -> bool:
    """Whether a metric is held against anything."""
    return _family_of(metric) is not None


def _family_of(metric: str) -> str | None:
    return SINGLE.get(metric) or FAMILIES.get(metric.partition(".")[0])
