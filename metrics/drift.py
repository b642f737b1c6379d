"""Drift: the still scene is carried away, redrawn, recoloured or starts to boil."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.colour import Toning, ciede2000, colour_change
from metrics.curves import Bins, axis_quantities, late, neighbours, onset, summary, value_or_abstain
from metrics.declaration import Change, Declaration, Needs
from metrics.head import MIN_DURATION_S
from metrics.light import relit
from metrics.masks import Masks
from metrics.picture import band, correlation, resize_mask
from metrics.registration import MIN_POINTS, Registrar, Registration
from metrics.sampling import Rgb
from metrics.similarity import Similarity, bring_back
from metrics.thresholds import thresholds
from metrics.track import WINDOW_S, Pair, Window
from metrics.types import Curve, Quantity, Value

VERSION = 2

REDRAWN_LOSS = 0.7
"""Detail loss from which the support counts as redrawn."""
DETAIL_WEIGHT = 0.45
"""A support whose layout stays but whose detail is all redrawn is noticed, not failed."""
_LAYOUT_BAND = (4.0, 16.0)
_DETAIL_BAND = (1.0, 4.0)
_COLOUR_SIGMA = 4.0
_COLOUR_POINTS = 600
_MIN_PIXELS = 50
_EARLY_S = (0.5, 3.0)
_BOILING = {False: "drift.boiling", True: "drift.boiling_under_precipitation"}
_WHY = "the support could not be registered in the clip's last seconds"

QUANTITIES = (
    *axis_quantities(
        "drift",
        onset="Second from which the still scene has drifted for good.",
        level="Largest of the parts, each 0.5 where it alone means failure.",
    ),
    Quantity(
        "drift.displacement",
        "% diagonal",
        "lower",
        "Mean displacement of the support after warm-up.",
        curve=True,
    ),
    Quantity(
        "drift.layout_loss", "0-1", "lower", "Loss of correlation of the support's coarse layout.", curve=True
    ),
    Quantity(
        "drift.detail_loss",
        "0-1",
        "lower",
        "Loss of correlation of the support's detail: redrawn.",
        curve=True,
    ),
    Quantity(
        "drift.tone",
        "CIEDE2000",
        "lower",
        "Colour change beyond light that one map explains; growth of contrast and chroma is hardening.",
        curve=True,
    ),
    Quantity(
        "drift.light",
        "CIEDE2000",
        "none",
        "Colour change that exposure, white balance and gamma explain: no failure.",
        curve=True,
    ),
    Quantity(
        "drift.structure",
        "CIEDE2000",
        "lower",
        "Colour change that the colour map leaves unexplained.",
        curve=True,
    ),
    Quantity(
        "drift.boiling",
        "mfw/s",
        "lower",
        "Non-rigid motion of the support, median over its points.",
        curve=True,
    ),
    Quantity(
        "drift.redrawn_onset",
        "s",
        "higher",
        "Second from which the support's detail is no longer that of the start.",
    ),
    Quantity(
        "drift.lost_share", "share", "lower", "Share of the clip in which the support cannot be registered."
    ),
)

DECLARED = Declaration(
    name="drift",
    module=__name__,
    version=VERSION,
    question="Is the still scene carried away, rebuilt, recoloured, or does it boil?",
    definition=(
        "Twice a second, after registration, the support is compared with the median picture of the clip's "
        "first seconds at 120 lines: displacement under the accepted camera, correlation of the layout, "
        "colour change beyond light that one affine map in CIELAB explains, non-rigid motion. The level is "
        "the largest part, each 0 up to natural variation and 0.5 where it alone means failure."
    ),
    quantities=QUANTITIES,
    valid_when=f"At least {MIN_POINTS} textured points of the support can be followed through the start.",
    needs=Needs("support", "registration: DIS medium", MIN_DURATION_S, "any; 8 samples a second"),
    responds_to=("creep", "slow rebuilding", "fading and colour casts", "wobble"),
    ignores=(
        "anything in the medium",
        "exposure, white balance, gamma",
        "growth of contrast and chroma, which is hardening",
    ),
    known_failures=(
        "Light that changes by more than exposure, white balance and gamma, such as fog, counts as tone.",
        "A large shift that is pure camera motion also counts here: read the premise first.",
        "Support without texture abstains.",
    ),
    history=(
        Change(1, "2026-11-22", "First version."),
        Change(
            2,
            "2026-11-22",
            (
                "Light that exposure, white balance and gamma explain is taken out of tone; "
                "boiling is measured under precipitation too; parts count from where natural "
                "variation ends; a jump is found again by features."
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What one window shows of the support, by one mask variant."""

    displacement: float | None
    layout_loss: float
    detail_loss: float
    tone: float
    light: float
    structure: float
    boiling: float | None


@dataclass(slots=True)
class DriftMeter:
    """Compares every window with the settled picture on the support of each mask variant."""

    registrar: Registrar
    masks: Masks
    reference: Rgb
    _reference: _Look = field(init=False)
    _supports: dict[str, NDArray[np.intp]] = field(init=False)
    """Positions of the support's pixels in the flattened coarse picture, by variant."""
    _times: list[float] = field(default_factory=list)
    _parts: dict[str, list[Parts]] = field(default_factory=dict)
    _lost: list[bool] = field(default_factory=list)
    _speeds: list[tuple[float, float]] = field(default_factory=list)
    """Second, and median speed of the support between two samples, mfw/s."""
    _last: Similarity = field(default_factory=Similarity.identity)

    def __post_init__(self) -> None:
        shape = self.reference.shape[:2]
        regions = self.masks.regions()
        masks = {name: resize_mask(region.support, (shape[0], shape[1])) for name, region in regions.items()}
        self._supports = {name: np.flatnonzero(mask) for name, mask in masks.items()}
        self._reference = _look(self.reference)
        self._parts = {name: [] for name in regions}

    def measurable(self) -> str:
        """Empty, or why drift cannot be measured on this clip."""
        if len(self._supports[""]) < _MIN_PIXELS:
            return "the mask leaves too little static support"
        if self.registrar.count() < MIN_POINTS:
            return (
                f"only {self.registrar.count()} textured points of the static support can be followed "
                f"through the first seconds; {MIN_POINTS} are needed"
            )
        return ""

    def add_window(self, window: Window) -> None:
        """Measure one window; where registration is lost, the last accepted camera is kept."""
        if window.rgb is None or self.measurable():
            return
        self._times.append(window.t_s)
        self._lost.append(window.base.lost)
        self._last = window.base.camera or self._last
        ratio = window.rgb.shape[0] / self.masks.labels.shape[0]
        look = _look(bring_back(window.rgb, self._last.scaled(ratio)))
        for name, support in self._supports.items():
            if len(support) < _MIN_PIXELS:
                continue
            found = window.registrations[name]
            self._parts[name].append(_compare(self._reference, look, support, found, self._boiling(found)))

    def add_pair(self, pair: Pair) -> None:
        """Take the support's speed between two samples, which is all that precipitation leaves of boiling."""
        if self.masks.has_overlay and len(pair.support_speed):
            speed = float(np.median(pair.support_speed)) / self.masks.labels.shape[1] * 1000
            self._speeds.append((pair.t_s, speed))

    def _boiling(self, found: Registration) -> float | None:
        """Wobble as a speed, mfw/s; unknown under precipitation, whose medians over time hide it."""
        if found.wobble_px is None or self.masks.has_overlay:
            return None
        return float(found.wobble_px / WINDOW_S / self.masks.labels.shape[1] * 1000)

    def _boiling_curve(self, bins: Bins, parts: list[Parts]) -> Curve:
        """Non-rigid motion of the support; under precipitation, its speed in excess of the start's."""
        if not self.masks.has_overlay:
            return bins.curve("drift.boiling", self._times, [p.boiling for p in parts])
        early = [v for t, v in self._speeds if _EARLY_S[0] <= t < _EARLY_S[1]]
        floor = float(np.median(early)) if early else 0.0
        # Falling drops and a wobble are independent, so their squares add up.
        excess = [float(np.sqrt(max(0.0, v * v - floor * floor))) for _, v in self._speeds]
        return bins.curve("drift.boiling", [t for t, _ in self._speeds], excess)

    def finish(self, bins: Bins) -> tuple[list[Value], list[Curve], list[str]]:
        """All drift values, curves and notes."""
        reason = self.measurable()
        if reason:
            return [Value(q.id, None, "abstained", reason) for q in QUANTITIES if not _curve_only(q)], [], []
        curves = {name: self._level(bins, name) for name, parts in self._parts.items() if parts}
        parts = self._part_curves(bins, "")
        values = summary("drift", curves[""], bins.duration_s)
        values += [value_or_abstain(c.metric, late(c), _WHY) for c in parts]
        values.append(_redrawn(parts, bins))
        values.append(Value("drift.lost_share", float(np.mean(self._lost))))
        for name in ("eroded4", "dilated4"):
            level = late(curves[name]) if name in curves else None
            values.append(value_or_abstain(f"drift.late_{name}", level, "too little support is left"))
        return values, [curves[""], *parts], []

    def layout_held_until(self, bins: Bins) -> float:
        """Second until which the support's layout is recognised; the clip's end where nobody can tell."""
        if self.measurable():
            return bins.duration_s
        losses = [p.layout_loss for p in self._parts[""]]
        for t_s, loss, later in zip(self._times, losses, [*losses[1:], 1.0], strict=True):
            if min(loss, later) >= thresholds()["drift.layout_loss"].failed:
                return t_s
        return bins.duration_s

    def detail_held_until(self, bins: Bins) -> float:
        """Second until which the support's detail is that of the start; the clip's end if unknown."""
        if self.measurable():
            return bins.duration_s
        redrawn = _redrawn(self._part_curves(bins, ""), bins)
        return bins.duration_s if redrawn.value is None else redrawn.value

    def _part_curves(self, bins: Bins, variant: str) -> list[Curve]:
        parts = self._parts[variant]
        named: Mapping[str, list[float | None]] = {
            "drift.displacement": [p.displacement for p in parts],
            "drift.layout_loss": [p.layout_loss for p in parts],
            "drift.detail_loss": [p.detail_loss for p in parts],
            "drift.tone": [p.tone for p in parts],
            "drift.light": [p.light for p in parts],
            "drift.structure": [p.structure for p in parts],
        }
        curves = [bins.curve(metric, self._times, values) for metric, values in named.items()]
        return [*curves, self._boiling_curve(bins, parts)]

    def _level(self, bins: Bins, variant: str) -> Curve:
        parts = self._parts[variant]
        rigid = bins.curve("drift.level", self._times, [_level(p) for p in parts])
        boiling = sustained(self._boiling_curve(bins, parts))
        scale = thresholds()[_BOILING[self.masks.has_overlay]]
        values = [
            None if level is None else max(level, scale.known(b) or 0.0)
            for level, b in zip(rigid.values, boiling, strict=True)
        ]
        return Curve("drift.level", rigid.t_s, tuple(values))


def _curve_only(quantity: Quantity) -> bool:
    return quantity.id == "drift.level"


def _redrawn(parts: list[Curve], bins: Bins) -> Value:
    detail = next(c for c in parts if c.metric == "drift.detail_loss")
    shares = [None if v is None else 0.5 * v / REDRAWN_LOSS for v in detail.values]
    return onset("drift.redrawn_onset", Curve("drift.redrawn", detail.t_s, tuple(shares)), bins.duration_s)


@dataclass(frozen=True, slots=True)
class _Look:
    """A colour picture prepared for comparison at coarse size, flattened."""

    layout: NDArray[np.float32]
    detail: NDArray[np.float32]
    lab: NDArray[np.float32]


def _look(rgb: Rgb) -> _Look:
    lab = np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), dtype=np.float32)
    lightness = np.ascontiguousarray(lab[..., 0])
    smooth = np.asarray(cv2.GaussianBlur(lab, (0, 0), _COLOUR_SIGMA), dtype=np.float32)
    layout, detail = band(lightness, *_LAYOUT_BAND), band(lightness, *_DETAIL_BAND)
    return _Look(layout.ravel(), detail.ravel(), smooth.reshape(-1, 3))


def _compare(
    reference: _Look, look: _Look, support: NDArray[np.intp], found: Registration, boiling: float | None
) -> Parts:
    # The colours are smooth, so a few hundred pixels hold all there is.
    few = support[:: max(1, len(support) // _COLOUR_POINTS)]
    before, after = reference.lab[few], look.lab[few]
    lit = relit(before, after)
    # Growth of contrast or chroma is no light: whichever explains more is believed.
    toning: Toning = min(colour_change(lit, after), colour_change(before, after), key=lambda t: t.tone)
    return Parts(
        found.displacement,
        1 - max(0.0, correlation(reference.layout[support], look.layout[support])),
        1 - max(0.0, correlation(reference.detail[support], look.detail[support])),
        toning.tone,
        float(np.median(ciede2000(before.astype(np.float64), lit.astype(np.float64)))),
        toning.structure,
        boiling,
    )


def _level(parts: Parts) -> float:
    scale = thresholds()
    return max(
        scale["drift.displacement"].known(parts.displacement) or 0.0,
        scale["drift.layout_loss"].level(parts.layout_loss),
        DETAIL_WEIGHT * scale["drift.detail_loss"].level(parts.detail_loss),
        scale["drift.tone"].level(parts.tone),
    )


def sustained(curve: Curve) -> list[float | None]:
    """Lower quartile of each second's neighbours: boiling is a state, a splash is not."""
    return [float(np.percentile(near, 25)) if near else None for near in neighbours(curve.values)]
