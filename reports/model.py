"""What a report is made from: a results table, curves, the clips and a few words about the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

RESULT_COLUMNS = (
    "clip", "method", "backbone", "configuration", "weights_digest", "revision", "prompt_id", "seed",
    "horizon_s", "metric", "value", "unit", "direction", "status", "reason", "clip_sha256", "identity",
)
CURVE_COLUMNS = ("clip_sha256", "metric", "t_s", "value", "identity")


@dataclass(frozen=True, slots=True)
class ClipEntry:
    """One clip as the run knew it. Texts are empty and numbers None where nothing was said."""

    clip: str
    """The name as given, for people; never a key."""
    clip_sha256: str
    """SHA-256 of the file, 64 lowercase hex digits; empty where the file could not be read."""
    method: str
    backbone: str
    configuration: str
    prompt_id: str
    prompt: str
    seed: int | None
    horizon_s: float | None
    path: Path
    """Where the file lies; it may have gone since."""
    notes: tuple[str, ...]
    """Findings for the reader, for example the kind of camera motion."""
    facts: Mapping[str, object]
    """Further things worth showing: size, frame rate, record keys; values are shown as text. ``duration_s``,
    where given, is the clip's length in seconds, to be held against ``horizon_s``."""
    fixed_camera: bool | None = None
    """Whether the camera is meant to stand still; None where nobody said. Only ``False`` leaves a clip out of
    steady seconds."""
    weights_digest: str = ""
    """SHA-256 of the weights that made it; empty where nobody said."""
    revision: str = ""
    """Version of the program that made it; empty where nobody said."""
    made_s: float | None = None
    """Seconds that making it took; None where nobody said."""
    device: str = ""
    """What made it, such as the name of a GPU; costs on different devices are never compared."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """What it was made from: generator, options, encoder; shown as text."""
    command: str = ""
    """The line that makes and measures this clip alone, or measures it where it was not made here."""
    records: Mapping[str, Path] = field(default_factory=dict)
    """Record file of each measurement, for the reader to take along."""
    overlays: Mapping[str, Path] = field(default_factory=dict)
    """``flow`` and ``change`` (videos as long as the clip), ``mask`` (a picture); only for clips of the pairs
    for which they were asked."""
    overlay_problem: str = ""
    """Why a clip of those pairs has none, empty where there is no such reason."""


@dataclass(frozen=True, slots=True)
class MetricCard:
    """What there is to know about one measurement, such as ``drift``."""

    name: str
    """The part of a quantity's id before the dot."""
    title: str
    markdown: str
    also: tuple[str, ...] = ()
    """First parts of further ids that it explains, such as ``mask`` in the card of the premise."""


@dataclass(frozen=True, slots=True)
class MethodCard:
    """What there is to know about one method, whatever its configuration."""

    method: str
    markdown: str
    picture: str = ""
    """SVG of its memory rule, empty where there is none."""


@dataclass(frozen=True, slots=True)
class OverlayCard:
    """What a reader needs to know about one kind of overlay."""

    kind: str
    """``flow``, ``mask`` or ``change``."""
    title: str
    meaning: str
    keys: tuple[tuple[str, bytes], ...]
    """Each colour or pattern in words, and as a PNG picture."""
    full_widths_s: float = 0.0
    """Speed at full strength in frame widths a second, 0 where strength is no speed."""


@dataclass(frozen=True, slots=True)
class QuantityCard:
    """What a reader needs to know about one number."""

    id: str
    """``<axis>.<quantity>``."""
    unit: str
    direction: str
    """``higher`` or ``lower`` is better, or ``none``."""
    meaning: str
    headline: bool
    curve: bool
    bounds: str = ""
    """The values that it can have, such as ``0 to 1``; empty where nobody said."""
    valid_when: str = ""
    """When it exists, where that differs from its measurement; one sentence."""


@dataclass(frozen=True, slots=True)
class ReportInput:
    """All that the pages show. The pages add no number that does not follow from it."""

    title: str
    results: pd.DataFrame
    """One row per clip, metric and identity, columns ``RESULT_COLUMNS``; ``value`` is null exactly where
    ``status`` is ``abstained`` or ``failed``; ``<axis>.onset`` is in seconds and ``censored`` where the
    failure never came, then it holds the second until which it had not."""
    curves: pd.DataFrame
    """One row per clip, metric, identity and time bin, columns ``CURVE_COLUMNS``; ``t_s`` is the middle of
    the bin in seconds, ``value`` null where the bin could not be measured. ``<axis>.level`` is 0 (best) to 1
    and counts as failed from 0.5."""
    clips: tuple[ClipEntry, ...]
    quantities: tuple[QuantityCard, ...]
    run: Mapping[str, object]
    """Versions, settings, machine; ``command`` is the line that repeats the run."""
    limits: tuple[str, ...]
    """What these results do not show, one sentence each."""
    published: bool = False
    """Show all published tables; without it, those of panels that were measured."""
    metric_cards: tuple[MetricCard, ...] = ()
    method_cards: tuple[MethodCard, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    """Pairs of clips, by key, chosen for the pair view; their clips have overlays or say why not."""
    overlays: tuple[OverlayCard, ...] = ()
    """Kinds of overlays that can be made."""
