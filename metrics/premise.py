"""Does the camera stand still? Camera motion = one rigid similarity that carries the whole support."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from metrics.curves import BIN_S, Bins, value_or_abstain
from metrics.declaration import Change, Declaration, Needs
from metrics.head import MIN_DURATION_S
from metrics.registration import Registrar
from metrics.similarity import Similarity
from metrics.track import WINDOW_S, Pair, Window
from metrics.types import Curve, Quantity, Value

VERSION = 2
BREAK_DISPLACEMENT = 1.2
"""% of the diagonal that the support may be carried away before the shot counts as moving."""
BREAK_SHAKE = 0.25
"""Root-mean-square jitter of the camera path within a second, % of the diagonal."""
OTHER_VIEW = 6.0
"""% of the diagonal from which textures before and after are no longer of the same things."""
COHERENT_SHARE = 0.7
"""Camera motion must carry this share of the support's points rigidly; less is a scene that deforms."""
RUN_S = 1.0
"""A camera that is away for less than this has not moved."""
SHAKE_RUN_S = 2.0
_START_S = 3.0
_MEASURED_SHARE = 0.5
"""Share of the first seconds in which the support must be followed for anything to be said."""

QUANTITIES = (
    Quantity(
        "premise.onset",
        "s",
        "higher",
        "Second from which the camera moves; censored at the clip's end.",
        True,
    ),
    Quantity(
        "premise.displacement",
        "% diagonal",
        "lower",
        "How far the camera has carried the support away.",
        curve=True,
    ),
    Quantity("premise.shake", "% diagonal", "lower", "Jitter of the camera within a second.", curve=True),
    Quantity("premise.pan", "% diagonal", "none", "Translation of the picture's centre when it was largest."),
    Quantity(
        "premise.zoom",
        "%",
        "none",
        "Change of scale at the same moment; positive is closer.",
        range=(-100, None),
    ),
    Quantity("premise.roll", "deg", "none", "Roll at the same moment."),
)

DECLARED = Declaration(
    name="premise",
    module=__name__,
    version=VERSION,
    question="Does the camera stand still?",
    definition=(
        "Every half second the support is registered to the first window. The camera moves where one rigid "
        f"similarity carries at least {COHERENT_SHARE:.0%} of the textured support points by "
        f"{BREAK_DISPLACEMENT:g} % of the frame's diagonal or more for {RUN_S:g} s, or where it shakes by "
        f"{BREAK_SHAKE:g} % for {SHAKE_RUN_S:g} s. Shake is the root mean square distance of the camera's "
        "path from its own straight line within a second."
    ),
    quantities=QUANTITIES,
    valid_when=f"The support can be followed in at least {_MEASURED_SHARE:.0%} of the first {_START_S:g} s.",
    needs=Needs("support", "registration: DIS medium", MIN_DURATION_S, "any; 8 samples a second"),
    responds_to=("pan", "zoom", "roll", "shake"),
    ignores=("a scene that deforms or is redrawn in place: no single similarity carries it",),
    known_failures=(
        "Motion within the first half second is not seen.",
        "A support with texture in a few corners only.",
        "A slow reframing of about 1.5 % that a person may call fixed.",
    ),
    history=(
        Change(1, "2026-11-22", "First version."),
        Change(
            2,
            "2026-11-22",
            "A camera that jumps is found again by its features instead of being lost.",
        ),
    ),
)


@dataclass(slots=True)
class PremiseMeter:
    """Collects windows and pairs; the first window is where the camera should stay."""

    registrar: Registrar
    shape: tuple[int, int]
    _times: list[float] = field(default_factory=list)
    _cameras: list[Similarity | None] = field(default_factory=list)
    _shares: list[float] = field(default_factory=list)
    _steps: list[tuple[float, float, float]] = field(default_factory=list)

    def add_window(self, window: Window) -> None:
        """Take the camera that carried all textured points, before calibration."""
        found = window.registrations["all"]
        self._times.append(window.t_s)
        self._cameras.append(found.camera)
        self._shares.append(found.inlier_share)

    def add_pair(self, pair: Pair) -> None:
        """Take the camera's step between two samples, px of the picture's centre."""
        if pair.camera is not None:
            height, width = self.shape
            self._steps.append((pair.t_s, *pair.camera.shift_at(width / 2, height / 2)))

    def finish(self, bins: Bins) -> tuple[list[Value], list[Curve], list[str]]:
        """Onset, curves and a sentence on the kind of motion."""
        moved = [self._moved(i) for i in range(len(self._times))]
        displacement = [None if m is None else self.registrar.displacement(m) for m in moved]
        shake_times, shake = self._shake()
        curves = [
            bins.curve("premise.displacement", self._times, displacement),
            bins.curve("premise.shake", shake_times, shake),
        ]
        start = [d for t, d in zip(self._times, displacement, strict=True) if t < _START_S]
        if sum(d is not None for d in start) < _MEASURED_SHARE * max(1, len(start)):
            return (
                self._abstain("too little static support can be followed to tell whether the camera moves"),
                curves,
                [],
            )
        carried = first_run(
            self._times, [self._breaks(i, d) for i, d in enumerate(displacement)], RUN_S, WINDOW_S
        )
        shaken = first_run(shake_times, [s >= BREAK_SHAKE for s in shake], SHAKE_RUN_S, BIN_S)
        worst = int(np.argmax([-1.0 if d is None else d for d in displacement]))
        values = [self._onset(carried, shaken, bins), *self._parts(moved[worst], displacement[worst])]
        values.append(Value("premise.shake", float(np.max(shake))) if shake else _no_shake())
        return values, curves, self._notes(carried, shaken, moved, displacement)

    def same_view_until(self, bins: Bins) -> float:
        """Second until which the camera still shows nearly the same part of the scene."""
        moved = [self._moved(i) for i in range(len(self._times))]
        far = [m is not None and self.registrar.displacement(m) >= OTHER_VIEW for m in moved]
        start = first_run(self._times, far, RUN_S, WINDOW_S)
        return bins.duration_s if start is None else start

    def _moved(self, index: int) -> Similarity | None:
        camera, origin = self._cameras[index], next((c for c in self._cameras if c is not None), None)
        return camera.after(origin.inverse()) if camera is not None and origin is not None else None

    def _breaks(self, index: int, displacement: float | None) -> bool:
        coherent = self._shares[index] >= COHERENT_SHARE
        return displacement is not None and coherent and displacement >= BREAK_DISPLACEMENT

    def _shake(self) -> tuple[list[float], list[float]]:
        """Jitter per second: deviation of the camera's path from a straight line through that second."""
        if len(self._steps) < 8:
            return [], []
        times = np.array([s[0] for s in self._steps])
        path = np.cumsum(np.array([s[1:] for s in self._steps]), axis=0)
        seconds = np.floor(times).astype(int)
        out_t, out = [], []
        for second in range(int(seconds.max()) + 1):
            inside = seconds == second
            if inside.sum() < 4:
                continue
            out_t.append(second + 0.5)
            out.append(_jitter(times[inside], path[inside]) / float(np.hypot(*self.shape)) * 100)
        return out_t, out

    def _onset(self, carried: float | None, shaken: float | None, bins: Bins) -> Value:
        breaks = [t for t in (carried, shaken) if t is not None]
        if breaks:
            return Value("premise.onset", min(breaks))
        return Value("premise.onset", bins.duration_s, "censored", "the camera stands still to the end")

    def _parts(self, camera: Similarity | None, displacement: float | None) -> list[Value]:
        height, width = self.shape
        diagonal = float(np.hypot(height, width))
        pan = (
            None
            if camera is None
            else float(np.hypot(*camera.shift_at(width / 2, height / 2))) / diagonal * 100
        )
        why = "no picture could be registered"
        return [
            value_or_abstain("premise.displacement", displacement, why),
            value_or_abstain("premise.pan", pan, why),
            value_or_abstain("premise.zoom", None if camera is None else (camera.scale - 1) * 100, why),
            value_or_abstain("premise.roll", None if camera is None else camera.angle_deg, why),
        ]

    def _abstain(self, reason: str) -> list[Value]:
        return [Value(q.id, None, "abstained", reason) for q in QUANTITIES]

    def _notes(
        self,
        carried: float | None,
        shaken: float | None,
        moved: list[Similarity | None],
        displacement: list[float | None],
    ) -> list[str]:
        notes = []
        if carried is not None:
            after = [m for t, m in zip(self._times, moved, strict=True) if t >= carried and m is not None]
            kind = self._kind(after[min(2, len(after) - 1)])
            largest = max(d for d in displacement if d is not None)
            notes.append(
                f"The camera moves from {carried:.1f} s: {kind}, up to {largest:.1f} % of the diagonal."
            )
        if shaken is not None:
            notes.append(f"The camera shakes from {shaken:.1f} s.")
        return notes

    def _kind(self, camera: Similarity) -> str:
        height, width = self.shape
        reach = float(np.hypot(height, width)) / 4
        sizes = {
            "pan": float(np.hypot(*camera.shift_at(width / 2, height / 2))),
            "zoom in" if camera.scale > 1 else "zoom out": abs(np.log(camera.scale)) * reach,
            "roll": abs(np.radians(camera.angle_deg)) * reach,
        }
        return max(sizes, key=lambda name: sizes[name])


def _jitter(times: np.ndarray, path: np.ndarray) -> float:
    """Root-mean-square distance of a path from its own straight line, px."""
    basis = np.column_stack([times - times.mean(), np.ones_like(times)])
    straight = basis @ np.linalg.lstsq(basis, path, rcond=None)[0]
    return float(np.sqrt(((path - straight) ** 2).sum(axis=1).mean()))


def _no_shake() -> Value:
    return Value(
        "premise.shake", None, "abstained", "the camera's steps between frames could not be measured"
    )


def first_run(times: list[float], flags: list[bool], length_s: float, step_s: float) -> float | None:
    """Time of the first flag of the first run that covers ``length_s``; None without one.

    Args:
        times: middles of the observations, seconds.
        flags: what was observed.
        length_s: length of a run that counts.
        step_s: what one observation covers.

    """
    start: float | None = None
    for t_s, flag in zip(times, flags, strict=True):
        if not flag:
            start = None
            continue
        start = t_s if start is None else start
        if t_s - start + step_s >= length_s - 1e-6:
            return start
    return None
