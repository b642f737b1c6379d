"""Panel ``vbench``: seven quality dimensions on the whole clip, as VBench's code computes them.

Read at revision 45e79ec of Vchitect/VBench. Deviations are listed in ``docs/panels.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from metrics.clip import Frame
from metrics.panel import Footing, PanelOptions
from metrics.session import Result
from metrics.types import Json, Quantity, Value
from metrics.vbench import weights
from metrics.vbench.engine import Blind, Engine
from metrics.vbench.scores import ClipScores, interval

if TYPE_CHECKING:
    from metrics.networks.looking import Networks

NAME = "vbench"
VERSION = 1
MIN_SIDE = 128
"""Shorter side below which RAFT and AMT-S, and the dimensions that need them, are left out, px."""


def _quantity(name: str, unit: str, meaning: str) -> Quantity:
    needs = weights.NEEDS.get(name, ())
    return Quantity(f"{NAME}.{name}", unit, "higher", meaning, range=(0, 1), weights=needs)


QUANTITIES = (
    _quantity(
        "background_consistency", "0-1",
        "Mean cosine of CLIP ViT-B/32 features of the picture's centre to the frame before and to the first."
    ),
    _quantity(
        "subject_consistency", "0-1",
        "Mean cosine of DINO ViT-B/16 features of the whole picture to the frame before and to the first."
    ),
    _quantity(
        "temporal_flickering", "0-1",
        "1 - mean absolute difference of successive frames / 255; motion lowers it, no static filter applied."
    ),
    _quantity(
        "motion_smoothness", "0-1",
        "1 - mean absolute difference / 255 of odd frames from those that AMT-S interpolates."
    ),
    _quantity(
        "dynamic_degree", "0 or 1",
        "Stock VBench's vote: 1 if the fastest twentieth of enough frame pairs is fast (RAFT)."
    ),
    _quantity(
        "dynamic_degree_cont", "0-1",
        "Mean over frame pairs of that speed over its threshold, each at most 1; not part of stock VBench."
    ),
    _quantity("imaging_quality", "0-1", "MUSIQ-SPAQ / 100, mean of frames; rises with over-sharpening."),
    _quantity("aesthetic_quality", "0-1", "LAION's linear score on CLIP ViT-L/14 / 10, mean of frames."),
    Quantity(f"{NAME}.frames", "count", "none", "Frames decoded; frame-weighted means weigh by frames - 1."),
)  # fmt: skip


def settings(options: PanelOptions) -> dict[str, Json]:
    """Weights by digest or as missing, and the number format.

    Raises:
        ValueError: the device cannot be used.

    """
    weights.check_device(options.device)
    return {"weights": weights.digests(), "precision": "float32", "frames": "all"}


def open(footing: Footing, options: PanelOptions) -> VBench:  # noqa: A001 - the contract's name
    """Start on a clip; dimensions whose weights or packages are not here abstain."""
    return VBench(footing, engine_of(footing, options), weights.reasons())


def engine_of(footing: Footing, options: PanelOptions) -> Engine:
    """The pass over this clip that both protocols share."""
    made = footing.shared.get("vbench")
    if not isinstance(made, Engine):
        made = new_engine(weights.networks(options.device), footing)
        footing.shared["vbench"] = made
    return made


def new_engine(networks: Networks | None, footing: Footing, chunk: int | None = None) -> Engine:
    """A pass with these networks, or with none; without those for which the picture is too small."""
    if networks is None:
        return Engine(Blind(), chunk)
    from metrics.networks.looking import Eyes

    fits = replace(networks, flow=None, middle=None) if too_small(footing) else networks
    return Engine(Eyes(fits), chunk)


class VBench:
    """The stock protocol on one clip.

    Args:
        footing: what is known of the clip.
        engine: its pass over the frames.
        reasons: why dimensions cannot be taken, by their name in VBench.

    """

    def __init__(self, footing: Footing, engine: Engine, reasons: Mapping[str, str]) -> None:
        side = min(footing.header.width, footing.header.height)
        self._reasons = {**reasons, **too_small(footing)}
        self._scores = ClipScores(side, interval(footing.fps))
        self._engine = engine
        engine.attach([self._scores])

    def add(self, frame: Frame) -> None:
        """Take the next frame."""
        self._engine.add(frame)

    def finish(self) -> Result:
        """The dimensions, or the reasons why some are not here."""
        self._engine.flush()
        frames = self._scores.frames
        found = dict(self._scores.values(), frames=float(frames))
        short = dict.fromkeys(found, f"the clip has too few frames for it ({frames})")
        return values(QUANTITIES, found, short | self._reasons), [], []


def too_small(footing: Footing) -> dict[str, str]:
    """Why dimensions with motion cannot be taken of a small picture; empty for others."""
    width, height = footing.header.width, footing.header.height
    if min(width, height) >= MIN_SIDE:
        return {}
    reason = f"the picture is {width}x{height}; its network needs sides of at least {MIN_SIDE} px"
    return dict.fromkeys(("dynamic_degree", "dynamic_degree_cont", "motion_smoothness"), reason)


def values(
    quantities: Sequence[Quantity], found: Mapping[str, float | None], reasons: Mapping[str, str]
) -> list[Value]:
    """One value per quantity: the number found, else an abstention with the reason."""
    told = []
    for quantity in quantities:
        name = quantity.id.partition(".")[2]
        number = found.get(name)
        if number is None:
            told.append(Value(quantity.id, None, "abstained", reasons[name]))
        else:
            told.append(Value(quantity.id, number))
    return told
