"""The front door: measure one clip, in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from metrics import drift, hardening, panels, premise, sampling, session, stagnation
from metrics.clip import ClipReader, Frame
from metrics.clip_facts import ClipFacts, ClipHeader
from metrics.curves import Bins
from metrics.errors import ClipError
from metrics.flow import FlowBackend
from metrics.flow_backends import FlowName, make_flow
from metrics.head import MIN_DURATION_S, head_of, too_little
from metrics.masks import Labels, MaskSource, check_roles, digest
from metrics.packets import counted
from metrics.panel import Footing, Panel, PanelFlow, PanelOptions
from metrics.sampling import samples
from metrics.session import Result, Session
from metrics.types import Identity, Json, Measurement, Quantity, Value

MEASUREMENTS = ("premise", "drift", "stagnation", "hardening")
"""The axes. Panels, by the names in :data:`metrics.panels.MODULES`, are measured where asked for."""
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
    """Axes and panels."""
    device: str = "cpu"
    """Where the networks of panels run; float32 everywhere, so not part of the identity."""
    panel_flow: PanelFlow = "auto"


@dataclass(frozen=True, slots=True)
class Scored:
    """All measurements of one clip."""

    facts: dict[str, Json]
    """What the clip is: size, rate, length, codec, decoder."""
    mask_sha256: str
    measurements: tuple[Measurement, ...]


def quantities(measurements: Sequence[str] | None = None) -> tuple[Quantity, ...]:
    """Every number of the named measurements, in reading order; of all axes and panels if None.

    Raises:
        ValueError: a name is neither an axis nor a panel.

    """
    names = (*MEASUREMENTS, *panels.MODULES) if measurements is None else measurements
    declared = (_QUANTITIES[n] if n in _QUANTITIES else panels.panel(n).QUANTITIES for n in names)
    return tuple(chain.from_iterable(declared))


def identities(settings: Settings, mask_source: MaskSource) -> dict[str, Identity]:
    """Measurement identities of a clip, without opening it.

    Raises:
        FlowUnavailableError: the flow backend wanted cannot run here.
        ValueError: a measurement is neither an axis nor a panel.

    """
    options = PanelOptions(settings.device, mask_source, settings.panel_flow)
    axes = _axis_identities(settings, mask_source) if _axes(settings) else {}
    return {name: axes.get(name) or _panel_identity(name, options) for name in settings.measurements}


def _axes(settings: Settings) -> list[str]:
    return [name for name in settings.measurements if name in MEASUREMENTS]


def _panel_identity(name: str, options: PanelOptions) -> Identity:
    module = panels.panel(name)
    return Identity(module.NAME, module.VERSION, module.settings(options))


def _axis_identities(settings: Settings, mask_source: str) -> dict[str, Identity]:
    shared: dict[str, Json] = {
        "flow": dict(_speed_flow(settings).settings),
        "registration_flow": dict(session.registration_flow().settings),
        "mask": mask_source,
        "rate_hz": sampling.RATE_HZ,
        "sides": [sampling.FINE_SIDE, sampling.WORK_SIDE, sampling.COARSE_SIDE],
    }
    return {name: Identity(name, _VERSIONS[name], shared) for name in _axes(settings)}


def measure(
    path: Path, settings: Settings, labels: Labels | None = None, mask_source: MaskSource = "early"
) -> Scored:
    """Measure one clip: decode once for axes and panels, share flow and masks, stream.

    Args:
        path: any container and codec that PyAV reads.
        settings: flow backend, measurements wanted, and where networks run.
        labels: role map of the displayed clip, uint8 (h, w): 0 ignore, 1 support, 2 medium, 3 overlay;
            None to estimate it from seconds 0.5 to 3.
        mask_source: ``truth`` or ``annotated`` with labels, ``early`` without.

    Returns:
        One measurement per name in ``settings.measurements``. What cannot be measured abstains with a reason.

    Raises:
        ClipError: the clip cannot be read, or the labels' size is not the clip's.
        FlowUnavailableError: the flow backend wanted cannot run here.
        ValueError: labels and source do not go together, or labels hold what is no role.

    """
    if (labels is None) != (mask_source == "early"):
        given = "no labels" if labels is None else "labels"
        raise ValueError(f"mask source {mask_source!r} came with {given}; only 'early' goes without labels")
    if labels is not None:
        check_roles(labels)
    wanted = identities(settings, mask_source)
    with ClipReader(path, max_short_side=sampling.FINE_SIDE) as reader:
        _check_size(labels, reader.header)
        opened = _open_panels(reader.header, settings, labels, mask_source)
        frames = _shown(reader, list(opened.values()))
        results = _axis_results(frames, reader, settings, labels, mask_source) if _axes(settings) else {}
        for _ in frames:  # all of them where no axis is asked for, else none is left
            pass
        results |= {name: panel.finish() for name, panel in opened.items()}
        facts = reader.facts
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


def _open_panels(
    shown: ClipHeader, settings: Settings, labels: Labels | None, source: MaskSource
) -> dict[str, Panel]:
    names = [name for name in settings.measurements if name not in MEASUREMENTS]
    if not names:
        return {}
    packets = counted(shown.path)
    footing = Footing(shown, packets.fps, packets.frames, labels)
    options = PanelOptions(settings.device, source, settings.panel_flow)
    return {name: panels.panel(name).open(footing, options) for name in names}


def _shown(reader: ClipReader, opened: Sequence[Panel]) -> Iterator[Frame]:
    """Show every frame to every panel on its way to the axes."""
    for frame in reader:
        for panel in opened:
            panel.add(frame)
        yield frame


def _axis_results(
    frames: Iterator[Frame], reader: ClipReader, settings: Settings, labels: Labels | None, source: MaskSource
) -> dict[str, Result]:
    stream = samples(frames)
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
        return _abstained(reason)
    return running.finish(Bins(facts.duration_s))


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
