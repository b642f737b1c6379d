"""Where natural variation ends: what clean clips show of each part, by themselves and under nuisances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from metrics.thresholds import thresholds

# A part is the late value of one quantity, or of several that share one threshold; blur is the other sign.
_SOURCES: Mapping[str, tuple[tuple[str, float, float], ...]] = {
    "stagnation.lost_activity": (("stagnation.motion", -1.0, 1.0), ("stagnation.novelty", -1.0, 1.0)),
    "hardening.chroma": (("hardening.support_chroma", 1.0, 0.0), ("hardening.medium_chroma", 1.0, 0.0)),
    "hardening.blur": (("hardening.support_rh", -1.0, 0.0), ("hardening.medium_rh", -1.0, 0.0)),
}
_PRECIPITATION = "drift.boiling_under_precipitation"
_OVERLAY_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Natural:
    """The null of one part. A column of ``natural.csv`` each."""

    part: str
    medium: str
    readings: int
    """Clean clips and clips under a nuisance at its strongest, late values."""
    p50: float
    p95: float
    highest: float
    natural: float
    """The threshold in use."""
    beyond: float
    """Share of the readings beyond it."""


def natural(readings: Iterable[tuple[str, Mapping[str, float | None]]]) -> list[Natural]:
    """Null distributions by part and medium.

    Args:
        readings: medium, and late values by quantity, of clips without a failure.

    """
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for medium, values in readings:
        for part in thresholds():
            for value in part_values(part, values):
                found[part, medium].append(value)
                found[part, "all"].append(value)
    return [_summed(part, medium, seen) for (part, medium), seen in sorted(found.items())]


def part_values(part: str, values: Mapping[str, float | None]) -> list[float]:
    """What a clip shows of a part, on the part's own scale; empty where it could not be measured."""
    overlay = (values.get("mask.overlay_area") or 0.0) > _OVERLAY_SHARE
    if part in ("drift.boiling", _PRECIPITATION):
        value = values.get("drift.boiling")
        return [value] if value is not None and overlay == (part == _PRECIPITATION) else []
    sources = _SOURCES.get(part, ((part, 1.0, 0.0),))
    seen = [(values.get(name), sign, offset) for name, sign, offset in sources]
    known = [sign * value + offset for value, sign, offset in seen if value is not None]
    return [max(known)] if known else []


def _summed(part: str, medium: str, seen: list[float]) -> Natural:
    limit = thresholds()[part].natural
    p50, p95 = (float(v) for v in np.percentile(seen, [50, 95]))
    beyond = float(np.mean([value > limit for value in seen]))
    return Natural(part, medium, len(seen), p50, p95, max(seen), limit, beyond)
