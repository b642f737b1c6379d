"""What every measurement returns: values with a status, curves over time, and the identity of the number."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Status = Literal["ok", "censored", "abstained", "failed"]
Better = Literal["higher", "lower", "none"]
Range: TypeAlias = "tuple[float | None, float | None]"
"""Lowest and highest possible value, both included; None where there is no bound."""
Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def canonical_json(value: Json | Mapping[str, Json]) -> str:
    """Serialise to one unambiguous line: sorted keys, no spaces, UTF-8, non-finite numbers refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_text(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


RANGES: Mapping[str, Range] = {
    "s": (0, None),
    "share": (0, 1),
    "0-1": (0, 1),
    "level 0-1": (0, 1),
    "0-100": (0, 100),
    "ratio": (0, None),
    "count": (0, None),
    "px": (0, None),
    "px/s": (0, None),
    "% diagonal": (0, None),
    "mfw/s": (0, None),
    "CIEDE2000": (0, None),
    "deg": (-180, 180),
    "dB": (None, None),
    "ln ratio": (None, None),
    "level/min": (None, None),
}
"""Range of a quantity that declares none, by its unit."""
TOLERANCES: Mapping[str, float] = {
    "s": 0.01,
    "count": 0,
    "0-100": 0.1,
    "% diagonal": 0.02,
    "%": 0.05,
    "CIEDE2000": 0.02,
    "mfw/s": 0.15,
    "deg": 0.05,
    "dB": 0.01,
    "ratio": 0.01,
    "level/min": 0.05,
}
"""How far a quantity that declares no tolerance may differ between machines, by its unit."""
DEFAULT_TOLERANCE = 0.005
RELATIVE_TOLERANCE = 0.005
"""Share of a number that it may differ by in any case."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Declaration of one number: everything a table, an arrow, an axis label or a card needs.

    ``range`` may be left out where the unit has one in :data:`RANGES`. A quantity without either cannot be
    declared by a measurement (:class:`metrics.declaration.Declaration` refuses it).
    """

    id: str
    """``<axis>.<quantity>``."""
    unit: str
    better: Better
    meaning: str
    """One sentence for people."""
    headline: bool = False
    """True for the few numbers that the leaderboard's first table shows."""
    curve: bool = False
    """True where a curve over time exists under the same id."""
    range: Range | None = None
    """Lowest and highest possible value; left out: that of the unit."""
    valid_when: str = ""
    """What a clip must have for this number to exist; empty: what the whole measurement asks for."""
    tolerance: float | None = None
    """How far the number may differ between machines and library versions; left out: that of the unit.

    Half a percent of the number is always allowed (:data:`RELATIVE_TOLERANCE`).
    """
    weights: tuple[str, ...] = ()
    """Entries of the weights table that this number needs (see :mod:`metrics.weights`)."""

    def __post_init__(self) -> None:
        # Lists come back from JSON.
        found = RANGES.get(self.unit) if self.range is None else (self.range[0], self.range[1])
        object.__setattr__(self, "range", found)
        if self.tolerance is None:
            object.__setattr__(self, "tolerance", TOLERANCES.get(self.unit, DEFAULT_TOLERANCE))
        object.__setattr__(self, "weights", tuple(self.weights))


@dataclass(frozen=True, slots=True)
class Value:
    """One number or the reason why there is none.

    ``value`` is None exactly when ``status`` is ``abstained`` or ``failed``; then ``reason`` says why.
    ``censored`` carries the time until which nothing had happened.
    """

    metric: str
    value: float | None
    status: Status = "ok"
    reason: str = ""

    def __post_init__(self) -> None:
        empty = self.status in ("abstained", "failed")
        if empty != (self.value is None):
            raise ValueError(f"{self.metric}: status {self.status!r} does not go with value {self.value!r}")
        if empty and not self.reason:
            raise ValueError(f"{self.metric}: status {self.status!r} needs a reason")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(
                f"{self.metric}: {self.value!r} is not a finite number; abstain with a reason instead"
            )


@dataclass(frozen=True, slots=True)
class Curve:
    """A quantity over time: one point a bin, ``None`` where the bin could not be measured."""

    metric: str
    t_s: tuple[float, ...]
    """Middle of each bin, seconds from the first frame."""
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Everything that changes a number apart from the clip itself."""

    measurement: str
    """``premise``, ``drift``, ``stagnation`` or ``hardening``."""
    version: int
    settings: Mapping[str, Json] = field(default_factory=dict)
    """Backends with weight digests, mask source, sampling."""

    @property
    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 over the canonical form: the ``identity`` column."""
        body: dict[str, Json] = {
            "measurement": self.measurement,
            "version": self.version,
            "settings": dict(self.settings),
        }
        return sha256_text(canonical_json(body))[:16]


@dataclass(frozen=True, slots=True)
class Measurement:
    """All values and curves of one measurement on one clip."""

    identity: Identity
    values: tuple[Value, ...]
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()
    """Findings a reader should see beside the numbers, for example the kind of camera motion."""
