"""The front door: measure one clip, in one pass."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from metrics import drift, hardening, premise, sampling, session, stagnation
from metrics.clip import ClipReader
from metrics.clip_facts import ClipFacts, ClipHeader
from metrics.curves import Bins
from metrics.errors import ClipError
from metrics.flow import FlowBackend
from metrics.flow_backends import FlowName, make_flow
from metrics.head import MIN_DURATION_S, head_of, too_little
from metrics.masks import Labels, MaskSource, digest
from metrics.sampling import samples
from metrics.session import Result, Session
from metrics.types import Identity, Json, Measurement, Quantity, Value

MEASUREMENTS = ("premise", "drift", "stagnation", "hardening")
_VERSIONS = {
    "premise": premise.VERSION,
    "drift": drift.VERSION,
    "stagnation": stagnation.VERSION,
    "hardening": hardening.VERSION,
}
_QUANTITIES = {
    "premise": (*premise.QUANTITIES, *session.QUANTITIES),
    "drift": drift.QUANTITIES,
    "stagnation": stagnation.QUANTITIES,
    "hardening": hardening.QUANTITIES,
}


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
    return tuple(chain.from_iterable(_QUANTITIES.values()))


def identities(settings: Settings, mask_source: str) -> dict[str, Identity]:
    """Measurement identities of a clip, without opening it."""
    shared: dict[str, Json] = {
        "flow": dict(_speed_flow(settings).settings),
        "registration_flow": dict(session.registration_flow().settings),
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
        ClipError: the clip cannot be read, or the labels' size is not the clip's.
        FlowUnavailableError: the flow backend wanted cannot run here.
        ValueError: labels and source do not go together, or labels and clip differ in size.

    """
    if (labels is None) != (mask_source == "early"):
        given = "no labels" if labels is None else "labels"
        raise ValueError(f"mask source {mask_source!r} came with {given}; only 'early' goes without labels")
    wanted = identities(settings, mask_source)
    with ClipReader(path, max_short_side=sampling.FINE_SIDE) as reader:
        _check_size(labels, reader.header)
        results, facts = _results(reader, settings, labels, mask_source)
    measurements = tuple(
        Measurement(identity, tuple(results[name][0]), tuple(results[name][1]), tuple(results[name][2]))
        for name, identity in wanted.items()
    )
    return Scored(_facts(facts), digest(labels), measurements)


def _check_size(labels: Labels | None, shown: ClipHeader) -> None:
    if labels is not None and labels.shape != (shown.height, shown.width):
        size = "x".join(str(side) for side in reversed(labels.shape))
        reason = f"the mask is {size}, but the clip is shown at {shown.width}x{shown.height}"
        raise ClipError(shown.path, reason, "draw the mask on a frame of the clip itself")


def _results(
    reader: ClipReader, settings: Settings, labels: Labels | None, source: MaskSource
) -> tuple[dict[str, Result], ClipFacts]:
    stream = samples(reader)
    head = head_of(stream)
    reason = too_little(head)
    running = None if reason else Session(head, labels, source, _speed_flow(settings))
    for sample in chain(head, stream):
        if running is not None:
            running.add(sample)
    facts = reader.facts
    if running is not None and facts.duration_s < MIN_DURATION_S:
        reason = f"the clip lasts {facts.duration_s:.2f} s; at least {MIN_DURATION_S} s are needed"
    if running is None or reason:
        return _abstained(reason), facts
    return running.finish(Bins(facts.duration_s)), facts


def _speed_flow(settings: Settings) -> FlowBackend:
    return make_flow(settings.flow, preset="fast", weights=settings.raft_weights)


def _abstained(reason: str) -> dict[str, Result]:
    return {
        name: (
            [Value(q.id, None, "abstained", reason) for q in declared if not q.id.endswith(".level")],
            [],
            [],
        )
        for name, declared in _QUANTITIES.items()
    }


def _facts(facts: ClipFacts) -> dict[str, Json]:
    plain = {
        name: value for name, value in asdict(facts).items() if isinstance(value, str | int | float | None)
    }
    return dict(sorted(plain.items()))
