"""How the values of one quantity are spread over a method's clips."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from reports.axes import PREMISE, axis_of, quantity_of
from reports.bootstrap import falls_to
from reports.gather import Column, Reading, Setup, Shot, setup_of
from reports.survival import Time, curve
from reports.verdict import not_credited, onset_time

QUARTILES = (0.25, 0.5, 0.75)
_CREDITED = ("onset", "late")
"""Quantities of an axis that another failure may buy; those that they are made of are shown as they are."""


class End(NamedTuple):
    """The lowest or highest value, and whose it is."""

    value: float
    key: str
    """Key of the clip."""
    held: bool
    """Whether the value is only a bound."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Values of one quantity under one identity over the clips of one method."""

    clips: int
    """Clips with a value that counts."""
    quartiles: tuple[float, float, float] | None
    """Lower quartile, median and upper quartile, infinity where a failure did not come in time; None where
    there is no value."""
    low: End | None
    high: End | None
    held: int
    """Clips whose value is only a bound, because the failure had not come by their end."""
    struck: int
    """Clips whose value earns nothing, since another failure came first; they are left out."""
    abstained: int
    failed: int

    @property
    def silent(self) -> int:
        """Clips without a value."""
        return self.abstained + self.failed


Key: TypeAlias = tuple[str, str]
"""A quantity's id and its identity."""


Spreads: TypeAlias = Mapping[Key, Mapping[Setup, Spread]]


def spreads(shots: Sequence[Shot]) -> Spreads:
    """Gather the values of every quantity, by method; a reading without identity counts for all of them."""
    found: dict[Key, dict[Setup, list[tuple[Shot, Reading]]]] = defaultdict(lambda: defaultdict(list))
    identities: dict[str, set[str]] = defaultdict(set)
    for shot in shots:
        for reading in shot.readings:
            identities[reading.metric].add(reading.identity)
    for shot in shots:
        setup = setup_of(shot.entry)
        for reading in shot.readings:
            for identity in (reading.identity,) if reading.identity else identities[reading.metric]:
                if identity or identities[reading.metric] == {""}:
                    found[reading.metric, identity][setup].append((shot, reading))
    return {key: {setup: _spread(key, own) for setup, own in sorted(by.items())}
            for key, by in sorted(found.items())}


def _spread(key: Key, own: Sequence[tuple[Shot, Reading]]) -> Spread:
    read = [(shot, reading) for shot, reading in own if reading.value is not None]
    statuses = [reading.status for _, reading in own]
    timed = "censored" in statuses or key[0].endswith(".onset")
    counted = read if timed or not _may_be_struck(key[0]) else [
        (shot, reading) for shot, reading in read if not not_credited(shot, reading)]
    values = [End(reading.value, shot.key, reading.status == "censored")
              for shot, reading in counted if reading.value is not None]
    quartiles: tuple[float, float, float] | None = None
    if timed and counted:
        quartiles = _fallen([_time(shot, reading, key) for shot, reading in counted])
    elif values:
        low, middle, high = (float(q) for q in np.quantile([end.value for end in values], QUARTILES))
        quartiles = low, middle, high
    return Spread(
        len(counted), quartiles, min(values, default=None), max(values, default=None),
        held=statuses.count("censored"), struck=len(read) - len(counted),
        abstained=statuses.count("abstained"), failed=statuses.count("failed"),
    )


def _may_be_struck(metric: str) -> bool:
    return axis_of(metric) != PREMISE and quantity_of(metric) in _CREDITED


def _time(shot: Shot, reading: Reading, key: Key) -> Time:
    """A time as it counts: once another failure has come, an axis holds no longer."""
    if _may_be_struck(key[0]):
        found = onset_time(shot, Column(axis_of(key[0]), key[1]))
        if found is not None:
            return found
    return Time(reading.value or 0.0, reading.status == "ok")


def _fallen(times: Sequence[Time]) -> tuple[float, float, float]:
    """Read quartiles off the Kaplan-Meier estimate, where clips that never failed count in full."""
    found = curve(times)
    at, shares = np.array(found.times), np.array([found.shares])
    low, middle, high = (float(falls_to(at, shares, 1 - q)[0]) for q in QUARTILES)
    return low, middle, high


def span(values: Sequence[Spread]) -> tuple[float, float]:
    """Return the lowest and highest value of several methods, for one scale."""
    lows = [spread.low.value for spread in values if spread.low]
    highs = [spread.high.value for spread in values if spread.high]
    return (min(lows), max(highs)) if lows else (0.0, 0.0)


def placed(value: float, scale: tuple[float, float]) -> float:
    """Return the place of a value on a scale in percent, one decimal; its end for infinity."""
    low, high = scale
    if not math.isfinite(value) or high <= low:
        return 100.0 if value > high else 0.0
    return round(100 * min(1.0, max(0.0, (value - low) / (high - low))), 1)

