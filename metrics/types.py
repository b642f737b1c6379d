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
Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def canonical_json(value: Json | Mapping[str, Json]) -> str:
    """Serialise to one unambiguous line: sorted keys, no spaces, UTF-8, non-finite numbers refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_text(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Quantity:
    """Declaration of one number: everything a table, an arrow or an axis label needs."""

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
