"""Which clips of two runs belong together: the same method, prompt, seed and length asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reports.gather import Setup, Shot, by_setup
from reports.labels import labels

_Key: TypeAlias = tuple[str, int | None, float | None, str]


@dataclass(frozen=True, slots=True)
class Twins:
    """A clip of the first run and its counterpart in the second."""

    row: str
    """What the method is called in the first run."""
    before: Shot
    after: Shot

    @property
    def prompt(self) -> str:
        """Id of the prompt, empty where none is named."""
        return self.before.entry.prompt_id

    @property
    def same_bytes(self) -> bool:
        """Whether both are one and the same file."""
        digest = self.before.entry.clip_sha256
        return bool(digest) and digest == self.after.entry.clip_sha256


@dataclass(frozen=True, slots=True)
class Matched:
    """Clips of two runs, sorted by whether they have a counterpart."""

    rows: tuple[tuple[Setup, Setup, str], ...]
    """Methods of both: as the first has it, as the second does, what it is called."""
    twins: tuple[Twins, ...]
    only_before: tuple[Shot, ...]
    only_after: tuple[Shot, ...]


def match(before: Sequence[Shot], after: Sequence[Shot], given: Mapping[str, str]) -> Matched:
    """Pair methods, then their clips.

    Methods of the same weights and revision belong together; among the others those of the same name,
    configuration and backbone, where each run has one of them. ``given`` pairs names of the first run with
    names of the second, as reports show them, before all else.

    Raises:
        ValueError: a given name is not in its run.
    """
    rows = tuple(_rows(before, after, given))
    ours, theirs = by_setup(before), by_setup(after)
    twins = [pair for one, other, name in rows for pair in _twins(name, ours[one], theirs[other])]
    paired, answered = {pair.before.key for pair in twins}, {pair.after.key for pair in twins}
    return Matched(rows, tuple(twins), tuple(shot for shot in before if shot.key not in paired),
                   tuple(shot for shot in after if shot.key not in answered))


def _rows(before: Sequence[Shot], after: Sequence[Shot], given: Mapping[str, str]
          ) -> Iterator[tuple[Setup, Setup, str]]:
    names, others = ({setup: label.text for setup, label in labels(side).items()} for side in (before, after))
    found = {_named(first, names, "first"): _named(second, others, "second")
             for first, second in given.items()}
    found |= {setup: setup for setup in _free(names, found) if setup in _free(others, found.values())}
    left, right = _free(names, found), _free(others, found.values())
    found |= {one: other for one in left for other in right
              if one[:3] == other[:3] and _alone(one, left) and _alone(other, right)}
    yield from ((one, other, names[one]) for one, other in sorted(found.items()))


def _free(setups: Iterable[Setup], taken: Iterable[Setup]) -> list[Setup]:
    return sorted(set(setups) - set(taken))


def _named(name: str, known: Mapping[Setup, str], which: str) -> Setup:
    for setup, text in known.items():
        if text == name:
            return setup
    raise ValueError(f"the {which} run has no method {name!r}; it has {', '.join(sorted(known.values()))}")


def _alone(setup: Setup, others: Iterable[Setup]) -> bool:
    return sum(other[:3] == setup[:3] for other in others) == 1


def _twins(name: str, before: Sequence[Shot], after: Sequence[Shot]) -> Iterator[Twins]:
    ours, theirs = _keyed(before), _keyed(after)
    for key, own in ours.items():
        others = theirs.get(key, [])
        if len(own) == len(others) == 1:
            yield Twins(name, own[0], others[0])
        else:
            yield from _by_name(name, own, others)


def _by_name(name: str, own: Sequence[Shot], others: Sequence[Shot]) -> Iterator[Twins]:
    """Pair several clips of one prompt and seed by their names, where these are single."""
    named: dict[str, list[Shot]] = defaultdict(list)
    for shot in others:
        named[shot.entry.clip].append(shot)
    for shot in own:
        same = [other for other in own if other.entry.clip == shot.entry.clip]
        if len(same) == len(named[shot.entry.clip]) == 1:
            yield Twins(name, shot, named[shot.entry.clip][0])


def _keyed(shots: Iterable[Shot]) -> dict[_Key, list[Shot]]:
    found: dict[_Key, list[Shot]] = defaultdict(list)
    for shot in shots:
        entry = shot.entry
        name = "" if entry.prompt_id else entry.clip
        found[entry.prompt_id, entry.seed, entry.horizon_s, name].append(shot)
    return found
