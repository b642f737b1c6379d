"""Every number of two runs, one by one: the same, changed, gone, come, or under another identity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reports.compare.match import Twins
from reports.gather import Reading


@dataclass(slots=True)
class Tally:
    """What became of one quantity under one identity, over all clips that both runs have."""

    metric: str
    identity: str
    compared: int = 0
    same: int = 0
    """Of these, numbers or reasons for their absence that are alike."""
    largest: float = 0.0
    """Largest difference of a number."""
    same_bytes: int = 0
    """Numbers that differ though clip and identity are the same."""
    gone: list[Twins] = field(default_factory=list)
    """Clips that had the number and no longer have it."""
    come: list[Twins] = field(default_factory=list)
    """Clips that have it only now."""
    reasons: set[str] = field(default_factory=set)
    """Why it is gone, or why it was not there."""


@dataclass(frozen=True, slots=True)
class Barred:
    """Numbers that may not be compared, because their identities differ."""

    axis: str
    before: str
    after: str
    clips: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """All numbers of the clips that both runs have."""

    tallies: tuple[Tally, ...]
    """By metric and identity."""
    barred: tuple[Barred, ...]
    only_before: tuple[tuple[str, int], ...]
    """Quantities that only the first run measured, and in how many clips."""
    only_after: tuple[tuple[str, int], ...]

    @property
    def compared(self) -> int:
        """Numbers that both runs have under one identity, absent ones with a reason included."""
        return sum(tally.compared for tally in self.tallies)

    @property
    def same(self) -> int:
        """Of these, those that are alike."""
        return sum(tally.same for tally in self.tallies)

    @property
    def same_bytes(self) -> int:
        """Numbers that differ though clip and identity are the same: the measurement does not repeat."""
        return sum(tally.same_bytes for tally in self.tallies)


def numbers(twins: Sequence[Twins]) -> Numbers:
    """Hold every reading of each pair of clips against its counterpart."""
    tallies: dict[tuple[str, str], Tally] = {}
    barred: dict[tuple[str, str, str], int] = defaultdict(int)
    lone: tuple[dict[str, int], dict[str, int]] = (defaultdict(int), defaultdict(int))
    for pair in twins:
        for differing in _differing(pair):
            barred[differing] += 1
        sides = [{(r.metric, r.identity): r for r in shot.readings} for shot in (pair.before, pair.after)]
        metrics = [{metric for metric, _ in side} for side in sides]
        for i, mine in enumerate(lone):
            for metric in metrics[i] - metrics[1 - i]:
                mine[metric] += 1
        for key in {**sides[0], **sides[1]}:
            one, other = (_of(side, key) for side in sides)
            if one is not None and other is not None:
                _count(tallies.setdefault(key, Tally(*key)), pair, one, other)
    return Numbers(
        tuple(tally for _, tally in sorted(tallies.items())),
        tuple(Barred(*key, clips) for key, clips in sorted(barred.items())),
        tuple(sorted(lone[0].items())), tuple(sorted(lone[1].items())),
    )


def _of(side: Mapping[tuple[str, str], Reading], key: tuple[str, str]) -> Reading | None:
    """Find a reading under an identity; that of a clip that is not there is under none and stands for all."""
    return side.get(key) or side.get((key[0], ""))


def _count(tally: Tally, pair: Twins, one: Reading, other: Reading) -> None:
    tally.compared += 1
    if (one.value, one.status, one.reason) == (other.value, other.status, other.reason):
        tally.same += 1
        return
    tally.same_bytes += pair.same_bytes
    if one.value is not None and other.value is not None:
        tally.largest = max(tally.largest, abs(other.value - one.value))
    elif one.value is not None:
        tally.gone.append(pair)
        tally.reasons.add(f"{other.status}: {other.reason}")
    elif other.value is not None:
        tally.come.append(pair)
        tally.reasons.add(f"{one.status}: {one.reason}")


def _differing(pair: Twins) -> Iterator[tuple[str, str, str]]:
    """Find the axes of a pair of clips that were measured in both, under no identity in common."""
    sides = [_identities(shot.readings) for shot in (pair.before, pair.after)]
    for axis in sorted(sides[0].keys() & sides[1]):
        if not sides[0][axis] & sides[1][axis]:
            yield axis, ", ".join(sorted(sides[0][axis])), ", ".join(sorted(sides[1][axis]))


def _identities(readings: Sequence[Reading]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for reading in readings:
        if reading.identity:
            found[reading.metric.partition(".")[0]].add(reading.identity)
    return found
