"""The one-line answer and its limits, written from the data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reports.axes import TASK_AXES, WORDS
from reports.bootstrap import MIN_PROMPTS
from reports.gather import Column, Setup, Shot, setup_of
from reports.holes import holes
from reports.labels import labels
from reports.leaderboard import MethodRow
from reports.ranks import LEVEL, least_p
from reports.standings import Standings
from reports.survival import Survival
from reports.text import count, listing, seconds
from reports.verdict import Outcome, Verdict, verdict

_TOPICS = (
    re.compile(r"\bno methods? (is|are|was|were) named|\bnames? no method", re.IGNORECASE),
    re.compile(r"\bsame (bytes|file)\b", re.IGNORECASE),
)
"""What the sentences given with a run and those found here may both be about."""


def answer(shots: Sequence[Shot], rows: Sequence[MethodRow], found: Standings | None = None,
           names: Mapping[Setup, str] | None = None) -> tuple[str, ...]:
    """Say in a few sentences which methods are told apart, on what, what the clips did, how long they held.

    ``names`` are what the methods are called here, where that is not their label.
    """
    if not shots:
        return ("No clip was scored.",)
    called = {row.setup: row.label.text for row in rows} | dict(names or {})
    told = (*_separation(found, called), *_protocol(shots, rows), _overall([verdict(s) for s in shots]),
            *_medians(rows, called, alike=not (found and found.mixtures)))
    return tuple(re.sub(r"(?<=\d) s\b", "\N{NO-BREAK SPACE}s", sentence) for sentence in told)


def _separation(found: Standings | None, called: Mapping[Setup, str]) -> Iterator[str]:
    """Tell which methods are told apart from which, where two or more are ranked."""
    ranked = [row for row in found.rows if row.rank is not None] if found else []
    if found is None or len(ranked) < 2:
        return
    apart, methods = sum(pair.apart for pair in found.comparisons), len(ranked)
    first = [called[row.setup] for row in ranked if row.rank == 1]
    if _too_few(found):
        prompts = max(pair.prompts for pair in found.comparisons)
        yield f"{count(prompts, 'prompt')} {_is(prompts)} too few to rank {methods} methods."
    elif not apart:
        yield f"By these clips no two of the {methods} methods compared can be told apart."
    elif len(first) == methods:
        yield (f"{apart} of {len(found.comparisons)} pairs of methods {_is(apart)} told apart, but no method "
               f"from all others: the {methods} share a rank.")
    else:
        others = [called[row.setup] for row in ranked if row.rank != 1]
        rest = others[0] if len(others) == 1 else f"each of the other {len(others)}"
        yield f"{listing(first)} {_s(len(first), 'hold')} longest, told apart from {rest}."
    if left := [called[row.setup] for row in found.rows if row.holes]:
        yield f"No rank for {listing(left)}, of which data are missing."


def _protocol(shots: Sequence[Shot], rows: Sequence[MethodRow]) -> Iterator[str]:
    """Tell what was compared, and how many clips are missing of it."""
    if not rows:
        return
    named = [shot.entry for shot in shots if shot.entry.method]
    parts = [count(len(rows), "method"),
             *(count(n, what) for what, values in (("prompt", {e.prompt_id for e in named} - {""}),
                                                   ("seed", {e.seed for e in named} - {None}))
               if (n := len(values)))]
    asked = sorted({entry.horizon_s for entry in named if entry.horizon_s is not None})
    length = [f"{listing([f'{at:g}' for at in asked])} s asked for"] if asked else []
    missing = sum(map(len, holes(shots).values()))
    lacking = f"{count(missing, 'clip')} missing" if missing else "no clip missing"
    yield f"{', '.join([*parts, *length])}: {count(len(named), 'clip')}, {lacking}."


def _medians(rows: Sequence[MethodRow], called: Mapping[Setup, str], *, alike: bool) -> Iterator[str]:
    """Tell the median times, methods of one time together, longest first, and whether they compare."""
    by_time: dict[str, list[str]] = {}
    for row in rows:
        if row.steady is not None:
            by_time.setdefault(held(row.steady), []).append(called[row.setup])
    if by_time:
        told = [f"{time} ({listing(own, 8)})" for time, own in by_time.items()]
        apart = "" if alike else ", not made or measured alike and so not to be compared"
        yield f"Median time to the first failure{apart}: {listing(told, 8)}."


def held(steady: Survival) -> str:
    """Tell a median time in a sentence."""
    return seconds(steady.seconds) if steady.reached else f"longer than {seconds(steady.until)}"


def _overall(verdicts: Sequence[Verdict]) -> str:
    seen = Counter(v.outcome for v in verdicts)
    parts = [f"{seen['holds']} of {count(len(verdicts), 'clip')} {_s(seen['holds'], 'hold')} to the end"]
    if n := seen["short"]:
        parts.append(f"{n} {_s(n, 'hold')} but {_is(n)} shorter than asked")
    parts += _failures(verdicts)
    if n := seen["moves"]:
        parts.append(f"in {n} the camera moves first")
    if n := seen["undecided"] + seen["unmeasured"]:
        parts.append(f"{n} cannot be told")
    if n := seen["excepted"]:
        parts.append(f"{n} {_is(n)} left out as not meant to have a fixed camera")
    return ", ".join(parts) + "."


def _failures(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Count what failed first, each clip once; failures of the same second are told together."""
    first = Counter(v.axes for v in verdicts if v.outcome == "fails")
    for axes in sorted(first, key=lambda axes: (len(axes), [TASK_AXES.index(axis) for axis in axes])):
        n = first[axes]
        verbs = " and ".join(_s(n, WORDS[axis].verb) for axis in axes)
        yield f"{n} {verbs} {'first' if len(axes) == 1 else 'at once'}"


def _s(n: int, verb: str) -> str:
    return verb + "s" if n == 1 else verb


def _is(n: int) -> str:
    return "is" if n == 1 else "are"


def limits(shots: Sequence[Shot], rows: Sequence[MethodRow], columns: Sequence[Column],
           given: Sequence[str], found: Standings | None = None) -> tuple[str, ...]:
    """Say what the answer does not show: the sentences given, then those that follow from the data.

    What both say is said once, in the words of this module, because these name the clips.
    """
    own = (*_clip_limits(shots), *(_method_limits(shots, rows) if rows else _nameless(shots)),
           *_identity_limits(columns), *(_standing_limits(found) if found else ()))
    twice = [topic for topic in _TOPICS if any(map(topic.search, own))]
    kept = [sentence for sentence in given if not any(topic.search(sentence) for topic in twice)]
    return tuple(dict.fromkeys((*kept, *own)))


def _clip_limits(shots: Sequence[Shot]) -> Iterator[str]:
    for shot in shots:
        if shot.also:
            names = listing([shot.entry.clip, *(entry.clip for entry in shot.also)])
            yield f"{names} are one and the same file and count once."
    yield from _twins(shots)
    if moved := _with_outcome(shots, "moves"):
        yield (f"The camera moves first in {listing(moved)}: their steady time ends there, and nothing that "
               "follows is credited to any axis.")
    if excepted := _with_outcome(shots, "excepted"):
        yield f"Not meant to have a fixed camera, so left out of steady seconds: {listing(excepted)}."
    if broken := _with_outcome(shots, "unmeasured"):
        yield f"No complete record of {listing(broken)}: listed, not ranked."
    if unread := _with_outcome(shots, "undecided"):
        yield f"Not read to the end on every axis, so it cannot be told whether they hold: {listing(unread)}."
    yield from _abstentions(shots)
    if short := [f"{shot.entry.clip} ({seconds(shot.length_s)} of {shot.asked_s:g} s)" for shot in shots
                 if shot.asked_s is not None]:
        yield (f"Shorter than asked: {listing(short)}. What would have followed is unknown; steady time "
               "counts only up to the length delivered.")
    yield from _lengths(shots)


def _twins(shots: Sequence[Shot]) -> Iterator[str]:
    """Name the setups that delivered identical bytes, each file in one sentence."""
    named = labels(shots)
    for shot in shots:
        if not shot.twins or setup_of(shot.entry) > min(map(setup_of, shot.twins)):
            continue
        entries = {setup_of(entry): entry for entry in reversed((shot.entry, *shot.twins))}
        told = [f"{named[setup].full or 'no method'} ({entries[setup].clip})" for setup in sorted(entries)]
        yield (f"{listing(told)} delivered the same bytes: one file, counted once for each of them, so it "
               "tells nothing about their difference.")


def _with_outcome(shots: Sequence[Shot], outcome: Outcome) -> list[str]:
    return [shot.entry.clip for shot in shots if verdict(shot).outcome == outcome]


def _abstentions(shots: Sequence[Shot]) -> Iterator[str]:
    onsets = [r for shot in shots for r in shot.readings if r.metric.endswith(".onset")]
    silent = Counter(r.metric.partition(".")[0] for r in onsets if r.status == "abstained")
    if silent:
        named = listing([f"{axis} in {count(n, 'clip')}" for axis, n in sorted(silent.items())])
        yield f"Abstained rather than guessed: {named}. The reason stands beside each missing number."


def _lengths(shots: Sequence[Shot]) -> Iterator[str]:
    ends = sorted(shot.end_s for shot in shots if shot.end_s > 0)
    if ends and ends[-1] > 1.5 * ends[0]:
        yield (f"The clips last from {seconds(ends[0])} to {seconds(ends[-1])}. To hold a short clip "
               "to its end says less than to hold a long one; medians take account of it, counts do not.")


def _nameless(shots: Sequence[Shot]) -> Iterator[str]:
    if shots:
        yield ("No method is named, so clips are listed one by one and by name. That rules out comparing "
               "methods, medians over prompts and intervals; a manifest with a method column brings them.")


def _method_limits(shots: Sequence[Shot], rows: Sequence[MethodRow]) -> Iterator[str]:
    if unnamed := [shot.entry.clip for shot in shots if not shot.entry.method]:
        yield f"No method is named for {listing(unnamed)}; they appear among the clips only."
    if few := [row.label.text for row in rows if row.prompts < MIN_PROMPTS]:
        yield (f"Fewer than {MIN_PROMPTS} named prompts for {listing(few)}: no interval and no rank, and the "
               "order of the rows may be chance.")
    prompts = {frozenset(s.entry.prompt_id for s in shots if setup_of(s.entry) == row.setup) for row in rows}
    if len(prompts) > 1:
        yield "The methods were not given the same prompts, so differences may lie in the scenes."


def _identity_limits(columns: Sequence[Column]) -> Iterator[str]:
    axes = [column.axis for column in columns if column.axis in TASK_AXES]
    if len(axes) > len(set(axes)):
        yield ("Some axes were measured under more than one identity. Each has a column of its own: numbers "
               "in different columns cannot be compared.")


def _standing_limits(found: Standings) -> Iterator[str]:
    """Say what forbids a ranking, who has no rank, and whether the prompts suffice to tell methods apart."""
    yield from found.refusals
    if found.mixtures:
        return
    holes = [f"{row.label.text} ({'; '.join(row.holes)})" for row in found.rows if row.holes]
    if holes and len(found.rows) > 1:
        yield f"Without a rank, for what is missing: {listing(holes)}."
    if _too_few(found):
        prompts = max(pair.prompts for pair in found.comparisons)
        yield (f"{count(prompts, 'prompt')} cannot tell methods apart, however far apart they lie: with "
               f"{count(len(found.comparisons), 'pair')} to compare, the smallest corrected p is above "
               f"{LEVEL:g}.")


def _too_few(found: Standings) -> bool:
    """Whether no outcome at all could tell two methods apart: too few prompts for so many pairs."""
    if not found.comparisons:
        return False
    prompts = max(pair.prompts for pair in found.comparisons)
    return least_p(prompts) * len(found.comparisons) > LEVEL
