"""What clips cost: seconds of making for a second of video, told apart by device."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from reports.gather import Shot


@dataclass(frozen=True, slots=True)
class Cost:
    """What a second of video of one method costs on one device."""

    device: str
    """Empty where nobody said."""
    seconds: float
    """Seconds of making for a second of video, median over clips."""
    clips: int


def costs(shots: Sequence[Shot]) -> tuple[Cost, ...]:
    """Find what a method's clips cost, once for each device; clips that do not say are left out."""
    found: dict[str, list[float]] = defaultdict(list)
    for shot in shots:
        if shot.entry.made_s is not None and shot.length_s > 0:
            found[shot.entry.device].append(shot.entry.made_s / shot.length_s)
    return tuple(Cost(device, median(own), len(own)) for device, own in sorted(found.items()))
