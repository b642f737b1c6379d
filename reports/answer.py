"""The one-line answer and its limits, written from the data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from reports.axes import TASK_AXES, WORDS
from reports.gather import Column, Shot
from reports.leaderboard import MethodRow, one_identity
from reports.survival import MIN_PROMPTS, Median
from reports.text import count, listing, seconds
from reports.verdict import Verdict, verdict


def answer(shots: Sequence[Shot], rows: Sequence[MethodRow]) -> tuple[str, ...]:
    """One or two sentences: what the clips did, then how long each named method held."""
    if not shots:
        return ("No clip was scored.",)
    first = _overall([verdict(shot) for shot in shots])
    timed = [f"{row.method} {held(row.steady)}" for row in rows if row.steady is not None]
    said = (first, f"Median time to the first failure: {listing(timed, 5)}.") if timed else (first,)
    return tuple(re.sub(r"(?<=\d) s\b", "\N{NO-BREAK SPACE}s", sentence) for sentence in said)


def held(steady: Median) -> str:
    """Tell a median time in a sentence, with the number of clips behind it."""
    at = seconds(steady.seconds) if steady.reached else f"longer than {seconds(steady.until)}"
    return f"{at} ({count(steady.clips, 'clip')})"


def _overall(verdicts: Sequence[Verdict]) -> str:
    seen = Counter(v.outcome for v in verdicts)
    holding = f"{seen['holds']} of {count(len(verdicts), 'clip')} {_s(seen['holds'], 'hold')} to the end"
    parts = [holding]
    if seen["fails"]:
        parts.append(f"{seen['fails']} {_s(seen['fails'], 'fail')}, of which {_first_failures(verdicts)}")
    if seen["premise"]:
        parts.append(f"{seen['premise']} {_s(seen['premise'], 'break')} the fixed-camera premise and "
                     f"{'is' if seen['premise'] == 1 else 'are'} not ranked")
    if seen["undecided"]:
        parts.append(f"{seen['undecided']} {_s(seen['undecided'], 'show')} no failure but could not be "
                     "read to the end on every axis")
    if seen["unmeasured"]:
        parts.append(f"{seen['unmeasured']} could not be measured")
    return "; ".join(parts) + "."


def _first_failures(verdicts: Sequence[Verdict]) -> str:
    first = Counter(axis for v in verdicts if v.outcome == "fails" for axis in v.axes)
    seen = [axis for axis in TASK_AXES if first[axis]]
    return listing([f"{first[axis]} {_s(first[axis], WORDS[axis].verb)} first" for axis in seen])


def _s(n: int, verb: str) -> str:
    return verb + "s" if n == 1 else verb


def limits(shots: Sequence[Shot], rows: Sequence[MethodRow], columns: Sequence[Column],
           given: Sequence[str]) -> tuple[str, ...]:
    """Say what the answer does not show: the sentences given, then those that follow from the data."""
    return (*given, *_clip_limits(shots), *(_method_limits(shots, rows) if rows else _nameless(shots)),
            *_identity_limits(columns))


def _clip_limits(shots: Sequence[Shot]) -> Iterator[str]:
    for shot in shots:
        if shot.also:
            names = listing([shot.entry.clip, *(entry.clip for entry in shot.also)])
            yield f"{names} are one and the same file and count once."
    moved = [shot.entry.clip for shot in shots if verdict(shot).outcome == "premise"]
    if moved:
        yield (f"The camera moves in {listing(moved)}: listed, not ranked, and never rewarded for motion.")
    if broken := [shot.entry.clip for shot in shots if verdict(shot).outcome == "unmeasured"]:
        yield f"No complete record of {listing(broken)}: listed, not ranked."
    yield from _abstentions(shots)
    yield from _lengths(shots)


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
    if few := [row.method for row in rows if row.prompts < MIN_PROMPTS]:
        yield (f"Fewer than {MIN_PROMPTS} named prompts for {listing(few)}: no interval, and the order of "
               "the rows may be chance.")
    prompts = {frozenset(s.entry.prompt_id for s in shots if s.entry.method == row.method) for row in rows}
    if len(prompts) > 1:
        yield "The methods were not given the same prompts, so differences may lie in the scenes."


def _identity_limits(columns: Sequence[Column]) -> Iterator[str]:
    if not one_identity(columns):
        yield ("Some axes were measured under more than one identity. Each has a column of its own: numbers "
               "in different columns cannot be compared.")
