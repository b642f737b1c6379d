"""A panel that needs milliseconds: mean brightness of every frame, and what it was told before the first."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.clip import Frame
from metrics.panel import Footing, PanelOptions, abstentions
from metrics.session import Result
from metrics.types import Json, Quantity, Value

NAME = "fake_panel"
VERSION = 3
QUANTITIES = (
    Quantity("fake_panel.brightness", "1", "none", "Mean of all frames, 0 to 255."),
    Quantity("fake_panel.learned", "1", "higher", "Needs a network that is not here."),
)
seen: list[tuple[Footing, PanelOptions, Sequence[int], Sequence[int]]] = []
"""Footing, options, indices and identities of the pictures of each clip."""


def settings(options: PanelOptions) -> dict[str, Json]:
    return {"mask": options.mask_source}


def open(footing: Footing, options: PanelOptions) -> FakePanel:  # noqa: A001 - the contract's name
    return FakePanel(footing, options)


class FakePanel:
    def __init__(self, footing: Footing, options: PanelOptions) -> None:
        self._indices: list[int] = []
        self._pictures: list[int] = []
        self._sums: list[float] = []
        seen.append((footing, options, self._indices, self._pictures))

    def add(self, frame: Frame) -> None:
        picture = frame.rgb_native()
        self._indices.append(frame.index)
        self._pictures.append(id(picture))
        self._sums.append(float(picture.mean()))

    def finish(self) -> Result:
        mean = sum(self._sums) / len(self._sums)
        missing = abstentions(QUANTITIES, {"fake_panel.learned": "no weights here"})
        return [Value("fake_panel.brightness", mean), *missing], [], ["A panel was here."]
