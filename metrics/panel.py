"""A panel: numbers that others have published, taken beside the axes while the clip is decoded once.

A panel lives in a module of its own, named in :mod:`metrics.panels`, which holds what :class:`PanelModule`
asks for. It never takes part in steady seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from metrics.clip import Frame
from metrics.clip_facts import ClipHeader
from metrics.masks import Labels, MaskSource
from metrics.session import Result
from metrics.types import Json, Quantity, Value

PanelFlow = Literal["auto", "raft", "dis"]
"""Flow of the task panel: RAFT as published, DIS, or RAFT where its weights are here and DIS elsewhere."""


@dataclass(frozen=True, slots=True)
class PanelOptions:
    """What a user may choose for panels."""

    device: str = "cpu"
    """Where networks run: ``cpu``, ``cuda``, ``cuda:0`` ..."""
    mask_source: MaskSource = "early"
    """Where the labels come from; part of the identity of a panel that uses them."""
    flow: PanelFlow = "auto"


@dataclass(frozen=True, slots=True)
class Footing:
    """What a panel knows of a clip before its first frame."""

    header: ClipHeader
    """Displayed width and height among them."""
    fps: float
    """Frames a second: promised by the container, else measured by demuxing."""
    frames: int
    """Counted by demuxing; a damaged or oddly packed file may decode to another number."""
    labels: Labels | None = None
    """Role map of the displayed clip, uint8 (h, w), or None."""
    shared: dict[str, object] = field(default_factory=dict)
    """Empty at first; panels of one clip that need the same networks meet here."""


class Panel(Protocol):
    """One panel at work on one clip."""

    def add(self, frame: Frame) -> None:
        """Take the next decoded frame; every frame comes, in order. Must not keep it."""

    def finish(self) -> Result:
        """Return values, curves and notes after the last frame."""


class PanelModule(Protocol):
    """What the module of a panel declares at its top level. Importing it must not need torch."""

    NAME: str
    VERSION: int
    QUANTITIES: tuple[Quantity, ...]

    def settings(self, options: PanelOptions) -> dict[str, Json]:
        """Everything that changes the numbers apart from the clip: protocol, digests of weights.

        Weights that are not here are named as missing, so that numbers are taken once they are.
        """

    def open(self, footing: Footing, options: PanelOptions) -> Panel:
        """Start on a clip. Raises nothing for missing weights or packages: those values abstain."""


def abstentions(quantities: Sequence[Quantity], reasons: Mapping[str, str]) -> list[Value]:
    """One abstaining value for every quantity whose id has a reason."""
    return [Value(q.id, None, "abstained", reasons[q.id]) for q in quantities if q.id in reasons]
