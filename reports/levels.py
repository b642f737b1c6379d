"""Late levels of a method on an axis: their mean, what earned no credit and why, and one number a prompt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from reports.gather import Column, Shot
from reports.means import by_prompt
from reports.share import Share, share
from reports.verdict import uncredited


@dataclass(frozen=True, slots=True)
class Struck:
    """Clips whose level earns nothing because something else came first."""

    rival: str
    """The axis that takes the credit: ``stagnation`` freezes a clip before it could drift, and so on."""
    clips: int
    mean: float
    """Their mean level, which is struck out wherever it is shown."""


@dataclass(frozen=True, slots=True)
class Level:
    """The late level of one method on one axis under one identity: 0 (best) to 1."""

    mean: Share | None
    """Over the clips that are credited; None where none is."""
    clips: int
    """Clips behind the mean."""
    struck: tuple[Struck, ...]
    values: tuple[tuple[str, int | None, float], ...]
    """Prompt, seed and level of each clip that is credited."""
    lost: tuple[str, ...] = ()
    """Prompt of each clip that is not."""

    @property
    def by_prompt(self) -> dict[str, float]:
        """Mean level of each named prompt over the clips that are credited."""
        return by_prompt((prompt, value) for prompt, _, value in self.values)

    @property
    def by_prompt_or_failed(self) -> dict[str, float]:
        """The same over all clips; those that earn no credit count as failed, 1."""
        credited = [(prompt, value) for prompt, _, value in self.values]
        return by_prompt([*credited, *((prompt, 1.0) for prompt in self.lost)])


def late_level(shots: Sequence[Shot], column: Column) -> Level:
    """Average the late levels of a method's ranked clips; those that another failure bought stay out."""
    credited: list[tuple[str, int | None, float]] = []
    struck: dict[str, list[float]] = defaultdict(list)
    lost = []
    for shot in shots:
        reading = shot.get(f"{column.axis}.late", column.identity)
        if reading is None or reading.value is None:
            continue
        cut = uncredited(shot, reading)
        if cut is not None:
            struck[cut[1]].append(reading.value)
            lost.append(shot.entry.prompt_id)
        else:
            credited.append((shot.entry.prompt_id, shot.entry.seed, reading.value))
    mean = share([level for *_, level in credited], [prompt for prompt, *_ in credited]) if credited else None
    without = tuple(Struck(rival, len(own), fmean(own)) for rival, own in sorted(struck.items()))
    return Level(mean, len(credited), without, tuple(credited), tuple(lost))
