"""One pass over one clip: what is shared is computed once and handed to every meter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from metrics import sampling
from metrics.curves import Bins
from metrics.drift import DriftMeter
from metrics.early_masks import early_masks
from metrics.flow import FlowBackend
from metrics.flow_backends import make_flow
from metrics.hardening import HardeningMeter, SameScene
from metrics.masks import OVERLAY, Labels, Masks, MaskSource, masks_from_labels
from metrics.premise import PremiseMeter
from metrics.registration import Registrar
from metrics.sampling import COARSE_SIDE, Sample
from metrics.similarity import Similarity
from metrics.stagnation import StagnationMeter
from metrics.track import (
    SETTLED_S,
    PairMeter,
    Window,
    WindowBuilder,
    median,
    settled_registrar,
    texture_of,
)
from metrics.types import Curve, Quantity, Value

Result: TypeAlias = "tuple[list[Value], list[Curve], list[str]]"
"""Values, curves and notes of one measurement."""

QUANTITIES = (
    Quantity("mask.support_area", "share", "none", "Share of the frame that the mask calls static support."),
    Quantity("mask.medium_area", "share", "none", "Share of the frame that the mask calls moving medium."),
    Quantity(
        "mask.overlay_area", "share", "none", "Share of the frame where precipitation falls over support."
    ),
)


def registration_flow() -> FlowBackend:
    """Registration needs sub-pixel accuracy on pictures far apart, whatever measures speed."""
    return make_flow("dis", preset="medium")


@dataclass(frozen=True, slots=True)
class Settled:
    """What is frozen from a clip's first seconds, before anything is scored."""

    masks: Masks
    registrar: Registrar
    colour: sampling.Rgb
    """Median picture of seconds :data:`metrics.track.SETTLED_S` at coarse size."""


def settle(head: Sequence[Sample], labels: Labels | None, source: MaskSource) -> Settled:
    """Make masks, registration and reference picture.

    Args:
        head: samples of the clip's first three seconds.
        labels: role map, uint8 (h, w), or None to estimate one from ``head``.
        source: where the labels come from.

    """
    shape = (head[0].work.shape[0], head[0].work.shape[1])
    masks = early_masks(head) if labels is None else masks_from_labels(labels, source, shape)
    return Settled(masks, settled_registrar(head, masks, registration_flow()), _settled_colour(head))


class Session:
    """All meters of one clip; masks and reference are frozen from its first seconds, before scoring."""

    def __init__(
        self, head: Sequence[Sample], labels: Labels | None, source: MaskSource, speed_flow: FlowBackend
    ) -> None:
        """Prepare the meters.

        Args:
            head: samples of the clip's first three seconds.
            labels: role map, uint8 (h, w), or None to estimate one from ``head``.
            source: where the labels come from.
            speed_flow: flow between successive samples.

        """
        work, fine = head[0].work, head[0].fine
        shape = (work.shape[0], work.shape[1])
        settled = settle(head, labels, source)
        self._masks, self._registrar, colour = settled.masks, settled.registrar, settled.colour
        self._builder = WindowBuilder(has_overlay=self._masks.has_overlay)
        self._camera = Similarity.identity()
        self._pairs = PairMeter(self._masks.regions()[""], self._registrar, speed_flow)
        self._premise = PremiseMeter(self._registrar, shape)
        self._drift = DriftMeter(self._registrar, self._masks, colour)
        coarse = sampling.shrink(work, COARSE_SIDE)
        self._stagnation = StagnationMeter(self._masks, (coarse.shape[0], coarse.shape[1]))
        self._hardening = HardeningMeter(
            self._masks,
            not self._drift.measurable(),
            (fine.shape[0], fine.shape[1]),
            (coarse.shape[0], coarse.shape[1]),
            (colour.shape[0], colour.shape[1]),
        )

    def add(self, sample: Sample) -> None:
        """Take the next sample, the head's included."""
        finished = self._builder.add(sample)
        if finished is not None:
            self._window(*finished)
        pair = self._pairs.add(sample)
        if pair is not None:
            self._premise.add_pair(pair)
            self._stagnation.add_pair(pair)
            self._drift.add_pair(pair)
        texture = texture_of(sample, self._camera)
        self._stagnation.add_texture(texture)
        self._hardening.add_texture(texture)
        self._hardening.add_sample(sample)

    def finish(self, bins: Bins) -> dict[str, Result]:
        """Close the last window and ask every meter for its numbers."""
        last = self._builder.close()
        if last is not None:
            self._window(*last)
        values, curves, notes = self._premise.finish(bins)
        view_s = min(self._drift.layout_held_until(bins), self._premise.same_view_until(bins))
        scene = SameScene(view_s, self._drift.detail_held_until(bins))
        return {
            "premise": ([*values, *self._mask_values()], curves, notes),
            "drift": self._drift.finish(bins),
            "stagnation": self._stagnation.finish(bins),
            "hardening": self._hardening.finish(bins, scene),
        }

    def _window(self, t_s: float, luma: sampling.Luma, rgb: sampling.Rgb | None) -> None:
        window = Window(t_s, rgb, self._registrar.register(luma))
        self._camera = window.base.camera or self._camera
        self._premise.add_window(window)
        self._drift.add_window(window)
        self._hardening.add_window(window)

    def _mask_values(self) -> list[Value]:
        masks: Masks = self._masks
        return [
            Value("mask.support_area", float(masks.support.mean())),
            Value("mask.medium_area", float(masks.medium.mean())),
            Value("mask.overlay_area", float((masks.labels == OVERLAY).mean())),
        ]


def _settled_colour(head: Sequence[Sample]) -> sampling.Rgb:
    start, end = SETTLED_S
    return median([s.rgb for s in head if s.rgb is not None and start <= s.t_s < end])
