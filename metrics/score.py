"""The front door: measure one clip, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from metrics import drift, early_masks, hardening, premise, sampling, stagnation
from metrics.clip import ClipReader
from metrics.clip_facts import ClipFacts
from metrics.curves import Bins
from metrics.flow import FlowBackend, FlowName, make_flow
from metrics.masks import VARIANTS, Labels, Masks, MaskSource, digest, masks_from_labels
from metrics.sampling import COARSE_SIDE, Sample, samples
from metrics.similarity import Similarity
from metrics.track import PairMeter, Window, WindowBuilder, median, settled_registrar
from metrics.types import Curve, Identity, Json, Measurement, Quantity, Value

MEASUREMENTS = ("premise", "drift", "stagnation", "hardening")
_VERSIONS = {
    "premise": premise.VERSION,
    "drift": drift.VERSION,
    "stagnation": stagnation.VERSION,
    "hardening": hardening.VERSION,
}
_AXIS_QUANTITIES = {
    "premise": premise.QUANTITIES,
    "drift": drift.QUANTITIES,
    "stagnation": stagnation.QUANTITIES,
    "hardening": hardening.QUANTITIES,
}
_MASK_QUANTITIES = (
    Quantity("mask.support_area", "share", "none", "Share of the frame that the mask calls static support."),
    Quantity("mask.medium_area", "share", "none", "Share of the frame that the mask calls moving medium."),
    Quantity(
        "mask.overlay_area", "share", "none", "Share of the frame where precipitation falls over support."
    ),
)
HEAD_S = 3.0
"""The first seconds are read ahead: masks and reference are frozen before anything is scored."""
MIN_DURATION_S = 3.5
MIN_SIDE = 64
MIN_HEAD_SAMPLES = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose; all of it is part of the identity."""

    flow: FlowName = "dis"
    raft_weights: Path | None = None
    measurements: tuple[str, ...] = MEASUREMENTS


@dataclass(frozen=True, slots=True)
class Scored:
    """All measurements of one clip."""

    facts: dict[str, Json]
    """What the clip is: size, rate, length, codec, decoder."""
    mask_sha256: str
    measurements: tuple[Measurement, ...]


def quantities() -> tuple[Quantity, ...]:
    """Every number that can appear, in reading order."""
    return (*chain.from_iterable(_AXIS_QUANTITIES.values()), *_MASK_QUANTITIES)


def identities(settings: Settings, mask_source: str) -> dict[str, Identity]:
    """Measurement identities of a clip, without opening it."""
    backend = _speed_flow(settings)
    shared: dict[str, Json] = {
        "flow": dict(backend.settings),
        "registration_flow": dict(_registration_flow().settings),
        "mask": mask_source,
        "rate_hz": sampling.RATE_HZ,
        "sides": [sampling.FINE_SIDE, sampling.WORK_SIDE, sampling.COARSE_SIDE],
    }
    return {name: Identity(name, _VERSIONS[name], shared) for name in settings.measurements}


def measure(
    path: Path, settings: Settings, labels: Labels | None = None, mask_source: MaskSource = "early"
) -> Scored:
    """Measure one clip: decode once, share flow and masks, stream.

    Args:
        path: any container and codec that PyAV reads.
        settings: flow backend and measurements wanted.
        labels: role map of the displayed clip, uint8 (h, w): 0 ignore, 1 support, 2 medium, 3 overlay;
            None to estimate it from seconds 0.5 to 3.
        mask_source: ``truth`` or ``annotated`` with labels, ``early`` without.

    Returns:
        One measurement per name in ``settings.measurements``. What cannot be measured abstains with a reason.

    Raises:
        ClipError: the clip cannot be read.
        FlowUnavailableError: the flow backend wanted cannot run here.
        ValueError: labels and source do not go together, or the labels' size is not the clip's.

    """
    if (labels is None) != (mask_source == "early"):
        raise ValueError(
            f"mask source {mask_source!r} does not go with labels {'None' if labels is None else 'given'}"
        )
    wanted = identities(settings, mask_source)
    backend = _speed_flow(settings)
    with ClipReader(path, max_short_side=sampling.FINE_SIDE) as reader:
        stream = samples(reader)
        head = _head(stream)
        reason = _too_little(head)
        results = {} if reason else _Session(head, labels, mask_source, backend).run(chain(head, stream))
        for _ in stream:
            pass
        facts = reader.facts
    bins = Bins(facts.duration_s)
    if not reason and facts.duration_s < MIN_DURATION_S:
        reason = f"the clip lasts {facts.duration_s:.2f} s; at least {MIN_DURATION_S} s are needed"
    finished = _abstained(reason) if reason else results["session"].finish(bins)
    measurements = tuple(
        Measurement(wanted[name], tuple(v), tuple(c), tuple(n))
        for name, (v, c, n) in finished.items()
        if name in wanted
    )
    return Scored(_facts(facts), digest(labels), measurements)


Result = tuple[list[Value], list[Curve], list[str]]


def _head(stream: Iterator[Sample]) -> list[Sample]:
    """Samples of the first seconds, and the first one after them."""
    head: list[Sample] = []
    for sample in stream:
        head.append(sample)
        if sample.t_s >= HEAD_S:
            break
    return head


def _too_little(head: Sequence[Sample]) -> str:
    if len(head) < MIN_HEAD_SAMPLES or head[-1].t_s < HEAD_S:
        length = head[-1].t_s if head else 0.0
        return (
            f"{len(head)} frames in the first {length:.2f} s; the first {HEAD_S:g} s serve as reference, so "
            f"a clip needs at least {MIN_HEAD_SAMPLES} frames there and {MIN_DURATION_S} s in all"
        )
    if min(head[0].work.shape) < MIN_SIDE:
        height, width = head[0].work.shape
        return f"the picture is {width}x{height}; sides of at least {MIN_SIDE} px are needed"
    return ""


def _registration_flow() -> FlowBackend:
    """Registration needs sub-pixel accuracy on pictures far apart, whatever measures speed."""
    return make_flow("dis", preset="medium")


def _speed_flow(settings: Settings) -> FlowBackend:
    return make_flow(settings.flow, preset="fast", weights=settings.raft_weights)


class _Session:
    """One pass over one clip."""

    def __init__(
        self, head: list[Sample], labels: Labels | None, source: MaskSource, backend: FlowBackend
    ) -> None:
        work, fine = head[0].work, head[0].fine
        self.masks = _masks(head, labels, source)
        coarse = sampling.shrink(work, COARSE_SIDE).shape
        self.registrar = settled_registrar(head, self.masks, _registration_flow())
        self.pairs = PairMeter(self.masks.regions(), self.registrar, backend)
        self.premise = premise.PremiseMeter(self.registrar, (work.shape[0], work.shape[1]))
        self.drift = drift.DriftMeter(self.registrar, self.masks, _settled_colour(head))
        self.stagnation = stagnation.StagnationMeter(self.masks, (coarse[0], coarse[1]))
        colour = _settled_colour(head)
        self.hardening = hardening.HardeningMeter(
            self.masks,
            not self.drift.measurable(),
            (fine.shape[0], fine.shape[1]),
            (colour.shape[0], colour.shape[1]),
        )
        self.camera = Similarity.identity()
        self.builder = WindowBuilder(has_overlay=self.masks.has_overlay)

    def run(self, stream: Iterable[Sample]) -> dict[str, _Session]:
        """Feed every sample to every meter."""
        for sample in stream:
            finished = self.builder.add(sample)
            if finished is not None:
                self._window(*finished)
            pair = self.pairs.add(sample)
            if pair is not None:
                self.premise.add_pair(pair)
                self.drift.add_pair(pair)
                self.stagnation.add_pair(pair)
            self.stagnation.add_sample(sample, self.camera)
            self.hardening.add_sample(sample, self.camera)
        return {"session": self}

    def _window(self, t_s: float, luma: sampling.Luma, rgb: sampling.Rgb | None) -> None:
        window = Window(t_s, rgb, self.registrar.register(luma))
        self.camera = window.base.camera or self.camera
        self.premise.add_window(window)
        self.drift.add_window(window)
        self.hardening.add_window(window)

    def finish(self, bins: Bins) -> dict[str, Result]:
        """Close the last window and ask every meter for its numbers."""
        last = self.builder.close()
        if last is not None:
            self._window(*last)
        moved = self.premise.finish(bins)
        same_scene = min(self.drift.layout_held_until(bins), self.premise.same_view_until(bins))
        results = {
            "premise": moved,
            "drift": self.drift.finish(bins),
            "stagnation": self.stagnation.finish(bins),
            "hardening": self.hardening.finish(bins, same_scene),
        }
        results["premise"][0].extend(self._mask_values())
        return results

    def _mask_values(self) -> list[Value]:
        return [
            Value("mask.support_area", float(self.masks.support.mean())),
            Value("mask.medium_area", float(self.masks.medium.mean())),
            Value("mask.overlay_area", float((self.masks.labels == 3).mean())),
        ]


def _masks(head: list[Sample], labels: Labels | None, source: MaskSource) -> Masks:
    if labels is None:
        return early_masks.early_masks(head)
    work = head[0].work.shape
    return masks_from_labels(labels, source, (work[0], work[1]))


def _settled_colour(head: list[Sample]) -> sampling.Rgb:
    colours = [s.rgb for s in head if s.rgb is not None and 0.5 <= s.t_s < 1.5]
    return median(colours)


def _abstained(reason: str) -> dict[str, Result]:
    results: dict[str, Result] = {}
    for name, declared in _AXIS_QUANTITIES.items():
        results[name] = (
            [Value(q.id, None, "abstained", reason) for q in declared if not q.id.endswith(".level")],
            [],
            [],
        )
    results["premise"][0].extend(Value(q.id, None, "abstained", reason) for q in _MASK_QUANTITIES)
    return results


def _facts(facts: ClipFacts) -> dict[str, Json]:
    return {
        name: value
        for name, value in asdict(facts).items()
        if isinstance(value, str | int | float | bool) or value is None
    }


__all__ = ["MEASUREMENTS", "VARIANTS", "Scored", "Settings", "identities", "measure", "quantities"]
