"""Failures injected at render time: what goes wrong, from which second on, and how much.

A dial leaves every frame before its onset bit-identical to the clean clip. Dials on the medium leave all
support pixels bit-identical for the whole clip; dials on the support leave the medium's clock alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Target = Literal["support", "medium", "picture", "camera"]


@dataclass(frozen=True, slots=True)
class DialSpec:
    """What a kind of dial acts on and what strength 1 means."""

    target: Target
    ramp_s: float
    """Default seconds from onset to full strength."""
    meaning: str
    """What strength 1 does once the ramp is over."""


KINDS: Mapping[str, DialSpec] = MappingProxyType(
    {
        "attenuation": DialSpec(
            "medium", 3.0, "the medium is replaced by its own mean over the six seconds before the onset"
        ),
        "blur": DialSpec("picture", 4.0, "Gaussian blur of 0.6 % of the frame height"),
        "boiling": DialSpec(
            "support", 1.0, "the support wobbles by a smooth random warp, 0.8 % of the frame height RMS"
        ),
        "drift": DialSpec(
            "support",
            8.0,
            "the support creeps by 1.5 % of the frame height and 0.8 degrees, is redrawn to 70 % and fades",
        ),
        "freeze": DialSpec(
            "medium", 0.0, "the medium holds from the onset on; at strength 0.5 it goes on at half speed"
        ),
        "hardening": DialSpec(
            "picture", 5.0, "unsharp mask of gain 1.5, local contrast x 1.35, chroma x 1.5"
        ),
        "pan": DialSpec("camera", 4.0, "the camera has turned by 12 % of the frame height"),
        "pingpong": DialSpec(
            "medium", 0.0, "the last 4 s play backward and forward for ever; at strength 2 the last 2 s"
        ),
        "redraw": DialSpec("support", 3.0, "the support has become another one of the same kind"),
        "replay": DialSpec("medium", 0.0, "the last 4 s repeat exactly for ever; at strength 2 the last 2 s"),
        "shake": DialSpec("camera", 1.0, "the camera trembles by 0.8 % of the frame height RMS"),
        "stagnation": DialSpec(
            "medium", 4.0, "the medium has slowed down to a stop; at strength 0.5 to half speed"
        ),
        "sticking": DialSpec(
            "medium", 3.0, "fine detail of the medium stays on the pixel grid while coarse motion goes on"
        ),
        "tone": DialSpec("picture", 6.0, "chroma x 0.4, contrast x 0.75, exposure x 0.85"),
        "zoom": DialSpec("camera", 4.0, "the camera has moved in by 12 %"),
    }
)
"""Every kind of dial by name."""

LOOP_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Dial:
    """One failure.

    Raises:
        ValueError: unknown kind, negative or non-finite number.
    """

    kind: str
    onset_s: float
    strength: float = 1.0
    ramp_s: float | None = None
    """Seconds from onset to full strength; None takes the kind's own."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown dial {self.kind!r}; expected one of {', '.join(KINDS)}")
        for name, value in (
            ("onset", self.onset_s),
            ("strength", self.strength),
            ("ramp", self.ramp_s or 0.0),
        ):
            if not math.isfinite(value) or value < 0:
                raise ValueError(
                    f"{name} of dial {self.kind!r} must be a finite number of at least 0, got {value!r}"
                )

    @property
    def spec(self) -> DialSpec:
        """What this kind of dial does."""
        return KINDS[self.kind]

    @property
    def ramp(self) -> float:
        """Seconds from onset to full strength."""
        return self.spec.ramp_s if self.ramp_s is None else self.ramp_s

    def amount(self, t: float) -> float:
        """Strength in force at time t: 0 up to the onset, then a smooth ramp, then constant."""
        if t <= self.onset_s:
            return 0.0
        u = min((t - self.onset_s) / self.ramp, 1.0) if self.ramp > 0 else 1.0
        return self.strength * u * u * (3.0 - 2.0 * u)

    def clock(self, t: float, fps: float) -> float:
        """The medium's own time when the clip shows time t, seconds."""
        first = math.ceil(self.onset_s * fps - 1e-6) / fps
        if t < first:
            return t
        if self.kind == "stagnation":
            return _slowed(t, self.onset_s, self.ramp, min(self.strength, 1.0))
        if self.kind == "freeze":
            return first + (t - first) * max(0.0, 1.0 - self.strength)
        if self.kind in ("replay", "pingpong"):
            return self._looped(t, first, fps)
        return t

    def _looped(self, t: float, first: float, fps: float) -> float:
        if self.strength == 0:
            return t
        wanted = LOOP_SECONDS / self.strength
        period = max(1, round(min(wanted, first) * fps if first > 0 else wanted * fps))
        step = round((t - first) * fps)
        if self.kind == "replay":
            return first + (step % period - period) / fps
        # Turning frames show once each: there and back takes two frames less than twice the period.
        cycle = max(1, 2 * period - 2)
        turn = (step + 1) % cycle
        return first - (min(turn, cycle - turn) + 1) / fps


def _slowed(t: float, onset: float, ramp: float, strength: float) -> float:
    """Integral of the speed 1 - strength * smoothstep((t - onset) / ramp)."""
    late = t - onset
    if late <= 0:
        return t
    u = min(late / ramp, 1.0) if ramp > 0 else 1.0
    lost = ramp * (u**3 - 0.5 * u**4) + max(0.0, late - ramp)
    return t - strength * lost
