"""Hardening: texture gains contrast, acuity or colour over its own start, or sticks to the pixel grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.curves import (
    Bins,
    axis_quantities,
    early_end_s,
    late,
    neighbours,
    onset,
    summary,
    value_or_abstain,
)
from metrics.declaration import Change, Declaration, Needs
from metrics.head import MIN_DURATION_S
from metrics.masks import VARIANTS, Masks
from metrics.picture import Plane, blur, resize_mask
from metrics.sampling import Rgb, Sample
from metrics.similarity import Similarity, bring_back
from metrics.texture import PixelSet, noise_variance, pinned_fraction
from metrics.thresholds import thresholds
from metrics.track import Texture, Window
from metrics.types import Curve, Quantity, Value

VERSION = 2

MIN_CHROMA = 3.0
"""CIELAB units of colour spread below which growth cannot be told from noise."""
FLAT_ENERGY = 1e-9
"""Energy of local contrast below which a region shows nothing that could harden."""
_EARLY_START_S = 0.5
_NOISE_S = 3.0
_LINEAR_FLOOR = 0.004
_STRIDE = 3
_MIN_PIXELS = 100
_PIN_STRIDE = 2
_PIN_S = 2.0
_MIN_ROWS = 6
_UNSMOOTHED = ("pinned", "sticking")
"""Parts that come from windows of two seconds already."""

QUANTITIES = (
    *axis_quantities(
        "hardening",
        onset="Second from which texture has hardened (or blurred) for good.",
        level="Largest of the parts, each 0.5 where it alone means failure.",
    ),
    Quantity(
        "hardening.support_rh",
        "dB",
        "none",
        "Fine over middle texture of the support, against the start; + harder.",
        curve=True,
    ),
    Quantity(
        "hardening.support_contrast",
        "dB",
        "none",
        "Texture over the coarse picture of the support; + crunchier.",
        curve=True,
    ),
    Quantity(
        "hardening.medium_rh",
        "dB",
        "none",
        "Fine over middle texture of the medium, against the start.",
        curve=True,
    ),
    Quantity(
        "hardening.medium_contrast",
        "dB",
        "none",
        "Texture over the coarse picture of the medium; + crunchier.",
        curve=True,
    ),
    Quantity(
        "hardening.support_chroma",
        "ln ratio",
        "none",
        "Growth of the support's colour spread over its lightness spread.",
        curve=True,
    ),
    Quantity("hardening.medium_chroma", "ln ratio", "none", "The same in the medium.", curve=True),
    Quantity(
        "hardening.pinned",
        "share",
        "lower",
        "Share of the medium's fine energy that is pinned to the pixel grid.",
        curve=True,
    ),
    Quantity(
        "hardening.sticking",
        "share",
        "lower",
        "Fine energy that became pinned beyond what coarse energy did.",
        curve=True,
    ),
)

DECLARED = Declaration(
    name="hardening",
    module=__name__,
    version=VERSION,
    question="Does texture turn crisp, crunchy, over-coloured or blurred, or stick to the grid?",
    definition=(
        "Twice a second, local contrast in four octave bands (band-passed linear light over the local mean, "
        "Peli 1990) is measured on support and medium, in dB over the first seconds, and so is the spread of "
        "colour over that of lightness. On every sample, the share of fine energy that stays on the pixel "
        "grid through 2 s. Within a region crisper, crunchier and more colourful add up as the root of the "
        "sum of squares; blur and sticking stand alone; the level is the largest of support and medium."
    ),
    quantities=QUANTITIES,
    valid_when="Enough support or medium; the support's parts only where the support can be followed.",
    needs=Needs("support, medium", "registration: DIS medium", MIN_DURATION_S, "any; 8 samples a second"),
    responds_to=("sharpening", "local contrast", "saturation", "blur", "sticking texture"),
    ignores=("exposure: each band is divided by the local mean", "gamma: bands are compared with each other"),
    known_failures=(
        "Grain grows like texture, and so does strong compression.",
        "A medium whose content changes: fog lifts, surf breaks.",
        "Colours that really come up.",
        "Where the first seconds hold little more than noise, noise is what is compared.",
    ),
    history=(
        Change(1, "2026-11-22", "First version."),
        Change(
            2,
            "2026-11-22",
            (
                "Contrast of the medium counts; colours are compared where the scene is; "
                "parts count from where natural variation ends and as running medians; a region that shows "
                "nothing, such as a black one, abstains."
            ),
        ),
    ),
)

_SRGB = np.arange(256) / 255
_LINEAR = np.where(_SRGB > 0.04045, ((_SRGB + 0.055) / 1.055) ** 2.4, _SRGB / 12.92).astype(np.float32)
"""sRGB code value to linear light (IEC 61966-2-1)."""

Combine = Callable[[NDArray[np.float64]], NDArray[np.float64]]
T = TypeVar("T")
BandEnergy = NDArray[np.float64]
"""float64 (4,): energy of the fine, middle, broad and coarse band."""


@dataclass(frozen=True, slots=True)
class SameScene:
    """Until when a clip's texture can be compared with its start, seconds."""

    view_s: float
    """The picture still shows the same scene."""
    detail_s: float
    """The support still shows the same detail; what is redrawn has another texture of its own."""


@dataclass(slots=True)
class _RegionStore:
    """Observations of one region of one mask variant."""

    energy_t: list[float] = field(default_factory=list)
    energy: list[BandEnergy] = field(default_factory=list)
    chroma_t: list[float] = field(default_factory=list)
    chroma: list[tuple[float, float]] = field(default_factory=list)
    """Colour spread and lightness spread, CIELAB units."""


@dataclass(frozen=True, slots=True)
class _Area:
    """One region on the thinned fine grid, all mask variants at once."""

    names: tuple[str, ...]
    base: NDArray[np.bool_]
    """The region of the masks as given, bool (h, w)."""
    shares: NDArray[np.float32]
    """Weight of every pixel in each variant's mean, float32 (h * w, variants)."""


def _area(masks: Mapping[str, NDArray[np.bool_]]) -> _Area | None:
    thin = {name: mask[::_STRIDE, ::_STRIDE] for name, mask in masks.items()}
    kept = {name: mask for name, mask in thin.items() if mask.sum() >= _MIN_PIXELS}
    if "" not in kept:
        return None
    inside = np.stack([mask.ravel() for mask in kept.values()], axis=1).astype(np.float32)
    return _Area(tuple(kept), kept[""], inside / inside.sum(axis=0))


@dataclass(slots=True)
class HardeningMeter:
    """Measures texture twice a second on support and medium, and pinned detail on every sample."""

    masks: Masks
    support_measurable: bool
    """False where the support cannot be followed; then only the medium is measured."""
    fine_shape: tuple[int, int]
    coarse_shape: tuple[int, int]
    colour_shape: tuple[int, int]
    """The decoder and we round a short side of 120 px differently, so the two may differ by a pixel."""
    _stores: dict[tuple[str, str], _RegionStore] = field(init=False)
    _areas: dict[str, _Area] = field(init=False)
    _colour_masks: dict[tuple[str, str], NDArray[np.bool_]] = field(init=False)
    _pins: PixelSet = field(init=False)
    _coarse_pins: PixelSet = field(init=False)
    _still: PixelSet = field(init=False)
    _buffer: list[tuple[float, NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]] = field(
        default_factory=list
    )
    _still_rows: list[NDArray[np.float32]] = field(default_factory=list)
    _pinned: list[tuple[float, float, float]] = field(default_factory=list)
    _camera: Similarity = field(default_factory=Similarity.identity)
    _count: int = 0
    _noise: float = 0.0

    def __post_init__(self) -> None:
        regions = self.masks.regions()
        masks = {(n, k): getattr(r, k) for n, r in regions.items() for k in ("support", "medium")}
        kinds = ("support", "medium") if self.support_measurable else ("medium",)
        areas = {k: _area({n: resize_mask(masks[n, k], self.fine_shape) for n in VARIANTS}) for k in kinds}
        self._areas = {kind: area for kind, area in areas.items() if area is not None}
        self._colour_masks = {k: resize_mask(m, self.colour_shape)[::2, ::2] for k, m in masks.items()}
        self._stores = {key: _RegionStore() for key in masks}
        self._pins = PixelSet.of(regions[""].medium, _PIN_STRIDE)
        self._coarse_pins = PixelSet.of(resize_mask(masks["", "medium"], self.coarse_shape), _PIN_STRIDE)
        self._still = PixelSet.of(regions[""].support, 2 * _PIN_STRIDE)

    def add_sample(self, sample: Sample) -> None:
        """Take the texture energy of one sample, every fourth time."""
        if self._count % 4 == 0:
            self._energies(sample.t_s, texture_bands(sample.fine, sample.work))
        self._count += 1

    def add_texture(self, texture: Texture) -> None:
        """Take the bands of one sample for the pinned fraction of the last two seconds."""
        if min(len(self._pins), len(self._coarse_pins)) < 100:
            return
        fine = self._pins.read(texture.fine)
        on_grid = fine if texture.on_grid is texture.fine else self._pins.read(texture.on_grid)
        row = (texture.t_s, fine, on_grid, self._coarse_pins.read(texture.coarse[0]))
        self._buffer.append(row)
        if texture.t_s < _NOISE_S:
            self._still_rows.append(self._still.read(texture.fine))
            self._noise = noise_variance(np.stack(self._still_rows))
        start = self._buffer[0][0]
        if texture.t_s - start < _PIN_S - 1e-6:
            return
        if len(self._buffer) < _MIN_ROWS:
            self._buffer = [row]
            return
        # Texture may stick to the scene or to the pixel grid; under a camera that sways these differ.
        fine_share = max(
            pinned_fraction(np.stack([b[kind] for b in self._buffer]), self._noise) for kind in (1, 2)
        )
        coarse_share = pinned_fraction(np.stack([b[3] for b in self._buffer]), 0.0)
        self._pinned.append(((start + texture.t_s) / 2, fine_share, coarse_share))
        self._buffer = [b for b in self._buffer if b[0] >= start + 1.0 - 1e-6]

    def add_window(self, window: Window) -> None:
        """Take a window's colours, brought back to where the scene was: regions must not sweep over it."""
        if window.rgb is None:
            return
        self._camera = window.base.camera or self._camera
        ratio = window.rgb.shape[0] / self.masks.labels.shape[0]
        lab = _lab(bring_back(window.rgb, self._camera.scaled(ratio))[::2, ::2])
        for key, mask in self._colour_masks.items():
            if mask.sum() >= 20 and (key[1] == "medium" or self.support_measurable):
                self._stores[key].chroma_t.append(window.t_s)
                self._stores[key].chroma.append(_spreads(lab[mask]))

    def finish(self, bins: Bins, scene: SameScene) -> tuple[list[Value], list[Curve], list[str]]:
        """All hardening values, curves and notes.

        Args:
            bins: the clip's seconds.
            scene: until when texture can be compared with the start at all, and until when the support's can.

        """
        if not any(self._stores["", k].energy for k in ("support", "medium")):
            return _abstain("the mask leaves too little support and medium"), [], []
        parts = self._parts("", bins, scene)
        regions = [_level_curve(parts, bins, kind) for kind in ("support", "medium")]
        level = _highest(regions)
        known = [t for t, v in zip(level.t_s, level.values, strict=True) if v is not None]
        if not known:
            return _abstain("no texture could be compared with that of the first seconds"), [], []
        measured_s = min(scene.view_s, bins.duration_s)
        values = [_earliest(regions, measured_s), *summary("hardening", level, measured_s)[1:]]
        values += [
            value_or_abstain(c.metric, late(c), "not measurable in the clip's last seconds") for c in parts
        ]
        for name in ("eroded4", "dilated4"):
            varied_parts = self._parts(name, bins, scene)
            varied = _highest([_level_curve(varied_parts, bins, kind) for kind in ("support", "medium")])
            values.append(
                value_or_abstain(f"hardening.late_{name}", late(varied), "too little is left of the regions")
            )
        notes = []
        if measured_s < bins.duration_s:
            notes.append(
                f"Hardening is measured until {measured_s:.1f} s: after that the picture shows another scene."
            )
        elif scene.detail_s < bins.duration_s and self.support_measurable:
            notes.append(
                f"The support is redrawn by {scene.detail_s:.1f} s; hardening goes on in the medium."
            )
        return values, [level, *parts], notes

    def _energies(self, t_s: float, bands: list[Plane]) -> None:
        for kind, area in self._areas.items():
            squares = np.stack([_clipped_squares(b, area.base).ravel() for b in bands])
            means = squares @ area.shares
            for column, name in enumerate(area.names):
                store = self._stores[name, kind]
                store.energy_t.append(t_s)
                store.energy.append(means[:, column].astype(np.float64) + 1e-12)

    def _parts(self, name: str, bins: Bins, scene: SameScene) -> list[Curve]:
        support, medium = self._stores[name, "support"], self._stores[name, "medium"]
        curves = [
            _decibel_curve("hardening.support_rh", support, bins, _rh),
            _decibel_curve("hardening.support_contrast", support, bins, _contrast),
            _decibel_curve("hardening.medium_rh", medium, bins, _rh),
            _decibel_curve("hardening.medium_contrast", medium, bins, _contrast),
            _chroma_curve("hardening.support_chroma", support, bins),
            _chroma_curve("hardening.medium_chroma", medium, bins),
            *self._pin_curves(bins),
        ]
        detail_s = min(scene.detail_s, scene.view_s)
        return [_cut(c, detail_s if ".support_" in c.metric else scene.view_s) for c in curves]

    def _pin_curves(self, bins: Bins) -> list[Curve]:
        times = [p[0] for p in self._pinned]
        pinned = bins.curve("hardening.pinned", times, [p[1] for p in self._pinned])
        early = [p for p in self._pinned if p[0] < early_end_s(bins.duration_s)]
        medium = self._stores["", "medium"]
        if not early or not _shows_texture(_early(medium.energy_t, medium.energy, bins)):
            return [pinned, Curve("hardening.sticking", pinned.t_s, (None,) * bins.count)]
        fine, coarse = (float(np.median([p[i] for p in early])) for i in (1, 2))
        sticking = [max(0.0, (p[1] - fine) - max(0.0, p[2] - coarse)) for p in self._pinned]
        return [pinned, bins.curve("hardening.sticking", times, sticking)]


def texture_bands(fine: NDArray[np.uint8], work: NDArray[np.uint8]) -> list[Plane]:
    """Local contrast in four octave bands, thinned out by :data:`_STRIDE` on the fine grid.

    Contrast is band-passed linear light over the local mean (Peli 1990), which cancels any exposure gain; a
    gamma curve multiplies all bands alike, so ratios of bands cancel it too.

    Args:
        fine: uint8 (h, w) luma at fine size.
        work: the same picture at working size.

    Returns:
        Fine, middle, broad and coarse band, float32, all on the thinned fine grid.

    """
    light = _plane(cv2.LUT(fine, _LINEAR))
    work_light = _plane(cv2.LUT(work, _LINEAR))
    thin = light[::_STRIDE, ::_STRIDE]
    size = (thin.shape[1], thin.shape[0])
    half = cv2.resize(work_light, (work.shape[1] // 2, work.shape[0] // 2), interpolation=cv2.INTER_AREA)
    # Scales of 5.6 px and more at working size are blurred at half of it.
    levels = [blur(work_light, 1.4), blur(work_light, 2.8), blur(_plane(half), 2.8), blur(_plane(half), 5.6)]
    narrow, middle, broad, widest = (
        _plane(cv2.resize(v, size, interpolation=cv2.INTER_LINEAR)) for v in levels
    )
    finest = thin - blur(light, 1.4)[::_STRIDE, ::_STRIDE]
    return [
        finest / (middle + _LINEAR_FLOOR),
        (narrow - middle) / (broad + _LINEAR_FLOOR),
        (middle - broad) / (widest + _LINEAR_FLOOR),
        (broad - widest) / (widest + _LINEAR_FLOOR),
    ]


def _plane(values: NDArray[np.generic]) -> Plane:
    return np.asarray(values, dtype=np.float32)


def _clipped_squares(band: Plane, mask: NDArray[np.bool_]) -> Plane:
    """Squares, clipped at the 99th percentile of a region: a few glints must not decide."""
    squares = band * band
    inside = squares[mask]
    rank = int(0.99 * (len(inside) - 1))
    return np.asarray(np.minimum(squares, np.partition(inside, rank)[rank]), dtype=np.float32)


def _lab(rgb: Rgb) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), dtype=np.float32)


def _spreads(lab: NDArray[np.float32]) -> tuple[float, float]:
    return float(np.sqrt(lab[:, 1].var() + lab[:, 2].var())), float(lab[:, 0].std())


def _rh(decibel: NDArray[np.float64]) -> NDArray[np.float64]:
    """RH: gain of the finest band beyond the gain of the middle one."""
    return np.asarray(decibel[:, 0] - decibel[:, 1])


def _contrast(decibel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gain of fine and middle texture beyond the gain of the coarse picture, which follows a tone curve."""
    return np.asarray((decibel[:, 0] + decibel[:, 1]) / 2 - decibel[:, 3])


def _early(times: Sequence[float], seen: Sequence[T], bins: Bins) -> list[T]:
    end_s = early_end_s(bins.duration_s)
    return [item for t, item in zip(times, seen, strict=True) if _EARLY_START_S <= t < end_s]


def _shows_texture(early: Sequence[BandEnergy]) -> bool:
    return len(early) >= 2 and float(np.median(early, axis=0).max()) >= FLAT_ENERGY


def _decibel_curve(metric: str, store: _RegionStore, bins: Bins, combine: Combine) -> Curve:
    early = _early(store.energy_t, store.energy, bins)
    if not _shows_texture(early):
        return Curve(metric, bins.centres(), (None,) * bins.count)
    decibel = 10 * np.log10(np.array(store.energy) / np.median(early, axis=0))
    return bins.curve(metric, store.energy_t, [float(v) for v in combine(decibel)])


def _chroma_curve(metric: str, store: _RegionStore, bins: Bins) -> Curve:
    early = _early(store.chroma_t, store.chroma, bins)
    if not early or float(np.median([c[0] for c in early])) < MIN_CHROMA:
        return Curve(metric, bins.centres(), (None,) * bins.count)
    # The additions keep a region without contrast from dividing noise by noise.
    spread = [float(np.log((c + 1) / (light + 2))) for c, light in store.chroma]
    reference = float(np.median([np.log((c + 1) / (light + 2)) for c, light in early]))
    return bins.curve(metric, store.chroma_t, [s - reference for s in spread])


def _cut(curve: Curve, until_s: float) -> Curve:
    return Curve(
        curve.metric,
        curve.t_s,
        tuple(v if t < until_s else None for t, v in zip(curve.t_s, curve.values, strict=True)),
    )


def _level_curve(parts: list[Curve], bins: Bins, kind: str) -> Curve:
    by_name = {c.metric.removeprefix("hardening."): c.values for c in parts}
    steady = {n: v if n in _UNSMOOTHED else smoothed(v) for n, v in by_name.items()}
    values = [_region_level({n: v[i] for n, v in steady.items()}, kind) for i in range(bins.count)]
    return Curve("hardening.level", bins.centres(), tuple(values))


def smoothed(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Median of each second's neighbours: texture comes and goes with waves, flames and falling drops."""
    return tuple(
        None if value is None else float(np.median(near))
        for value, near in zip(values, neighbours(values), strict=True)
    )


def _region_level(at: Mapping[str, float | None], kind: str) -> float | None:
    scale = thresholds()
    rh = at[f"{kind}_rh"]
    harder = _together(
        scale[f"hardening.{kind}_rh"].known(rh),
        scale[f"hardening.{kind}_contrast"].known(at[f"{kind}_contrast"]),
        scale["hardening.chroma"].known(at[f"{kind}_chroma"]),
    )
    softer = scale["hardening.blur"].known(None if rh is None else -rh)
    stuck = scale["hardening.sticking"].known(at["sticking"]) if kind == "medium" else None
    return _largest(harder, softer, stuck)


def _highest(regions: Sequence[Curve]) -> Curve:
    values = tuple(_largest(*row) for row in zip(*(c.values for c in regions), strict=True))
    return Curve("hardening.level", regions[0].t_s, values)


def _earliest(regions: Sequence[Curve], until_s: float) -> Value:
    """Onset of the region that fails first, each judged on the seconds in which it can be measured."""
    found = [onset("hardening.onset", c, until_s) for c in regions]
    known = [v for v in found if v.value is not None]
    return min(known, key=lambda v: (v.status != "ok", v.value)) if known else found[0]


def _largest(*values: float | None) -> float | None:
    known = [v for v in values if v is not None]
    return max(known) if known else None


def _together(*levels: float | None) -> float | None:
    """Gains of one region: crisper, crunchier and more colourful add up to one look."""
    known = [v for v in levels if v is not None]
    return min(1.0, float(np.linalg.norm(known))) if known else None


def _abstain(reason: str) -> list[Value]:
    return [Value(q.id, None, "abstained", reason) for q in QUANTITIES if q.id != "hardening.level"]
