"""Numbers of the clips that a validation takes: frozen when the study is planned."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steadybench.errors import InputError
from steadybench.study.planning.candidates import Candidate
from steadybench.study.planning.meeting import Meeting

if TYPE_CHECKING:
    from reports.model import QuantityCard

LATE = ".late"
"""Suffix of the levels of a clip's last 5 s, one an axis."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the metrics say of the clips: one identity for each quantity."""

    metric: QuantityCard
    others: tuple[str, ...]
    """Late levels of the other axes, on which pairs are matched."""
    identities: Mapping[str, str]
    tie: float
    """Gap up to which the metric does not part two clips: what may differ between machines."""

    def value(self, clip: Candidate, quantity: str) -> float | None:
        """One number of a clip, None where it abstained or was measured in another way."""
        return clip.values.get((quantity, self.identities.get(quantity, "")))

    def gap(self, meeting: Meeting, quantity: str) -> float | None:
        """Value of the first clip less that of the second."""
        first, second = (self.value(one, quantity) for one in meeting.clips)
        return None if first is None or second is None else first - second


def measured(metric: str, quantities: Mapping[str, QuantityCard], candidates: Sequence[Candidate]
             ) -> Measured:
    """Find the metric under test and how it was measured.

    Raises:
        InputError: there is no such quantity, it has no better direction, or no clip has a value.
    """
    from metrics.types import DEFAULT_TOLERANCE, TOLERANCES

    known = sorted(name for name, card in quantities.items() if card.direction != "none"
                   and not name.endswith(".level"))
    if metric not in known:
        why = "has no better direction" if metric in quantities else "is no quantity of these runs"
        raise InputError(f"{metric} {why}; there are: {', '.join(known)}.")
    axis = metric.partition(".")[0]
    others = tuple(name for name in known if name.endswith(LATE) and name.partition(".")[0] != axis)
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for one in candidates:
        for quantity, identity in one.values:
            held[quantity][identity] += 1
    if metric not in held:
        raise InputError(f"No clip has a value of {metric}, so there is nothing to validate.")
    identities = {name: max(counts, key=lambda identity: (counts[identity], identity))
                  for name, counts in sorted(held.items())}
    card = quantities[metric]
    return Measured(card, others, identities, TOLERANCES.get(card.unit, DEFAULT_TOLERANCE))


def scores(meetings: Sequence[Meeting], found: Measured) -> dict[tuple[object, ...], dict[str, float]]:
    """Numbers of each clip by its place: the metric under test and the levels that pairs are matched on."""
    clips = {clip.place: clip for one in meetings for clip in one.clips}
    return {place: {name: value for name in (found.metric.id, *found.others)
                    if (value := found.value(clip, name)) is not None} for place, clip in clips.items()}
