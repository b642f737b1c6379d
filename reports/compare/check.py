"""Whether a run may pass for as good as its baseline: one finding for everything that speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal

from reports.compare.change import Change
from reports.compare.difference import Difference
from reports.compare.words import barred_told, clip_name, figure, limits, quantity
from reports.text import count, listing

Kind = Literal["worse", "missing", "incomparable", "untold", "better"]
_TOLD_ONLY = ".onset"
"""The onset of one axis decides nothing: steady seconds and late levels hold what it says."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Changes up to this are never worse; where there is no interval, larger ones are. None is not given."""

    seconds: float | None = None
    level: float | None = None

    def of(self, change: Change) -> float | None:
        """Return the one that goes with a change's unit."""
        return self.seconds if change.unit == "s" else self.level


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check tells."""

    kind: Kind
    id: str
    """Names it for ``--allow``: ``worse/<method>/<quantity>`` and so on."""
    text: str
    allowed: bool = False


def findings(found: Difference, tolerance: Tolerance, allow: Sequence[str] = ()) -> tuple[Finding, ...]:
    """List all findings, worst kind first; those whose id fits a pattern of ``allow`` are marked.

    A method is worse in steady seconds or in a late level where the interval of the paired difference lies
    wholly on the bad side of zero and the difference is larger than the tolerance, if one is given. With too
    few prompts for an interval it is worse where the difference is larger than a given tolerance, and cannot
    be told where none is given. Missing is a method or clip that only the baseline has, and a number that is
    there only in the baseline.
    """
    told = (*_worse(found, tolerance), *_missing(found), *_incomparable(found), *_untold(found, tolerance),
            *_better(found))
    return tuple(replace(one, allowed=any(fnmatchcase(one.id, pattern) for pattern in allow)) for one in told)


def _deciding(found: Difference) -> list[Change]:
    return [change for change in found.changes if not change.quantity.endswith(_TOLD_ONLY)]


def _worse(found: Difference, tolerance: Tolerance) -> Iterator[Finding]:
    for change in _deciding(found):
        if is_worse(change, tolerance.of(change)):
            yield Finding("worse", f"worse/{change.id}", _told(change))


def is_worse(change: Change, tolerance: float | None) -> bool:
    """Tell whether a change is for the worse by the rule of :func:`findings`."""
    loss = -change.difference.value if change.higher else change.difference.value
    if change.state == "untold":
        return tolerance is not None and loss > tolerance
    return change.state == "worse" and loss > (tolerance or 0.0)


def _told(change: Change) -> str:
    unit = " s" if change.unit == "s" else ""
    before, after = (figure(value, change.unit) + unit for value in (change.before, change.after))
    by = figure(change.difference.value, change.unit, signed=True) + unit
    return (f"{change.row or 'no method named'}: {quantity(change)} {before} -> {after}, {by} "
            f"{limits(change) or change.difference.why}, {count(change.difference.prompts, 'prompt')}")


def _missing(found: Difference) -> Iterator[Finding]:
    for shot in found.matched.only_before:
        name = clip_name(shot)
        yield Finding("missing", f"missing/{name}", f"{name}: the run has no such clip")
    for metric, clips in found.numbers.only_before:
        yield Finding("missing", f"missing/{metric}", f"{metric}: not measured in {count(clips, 'clip')}")
    for tally in found.numbers.tallies:
        if tally.gone:
            named = listing([clip_name(pair.before) for pair in tally.gone], 3)
            yield Finding("missing", f"missing/{tally.metric}",
                          f"{tally.metric}: no longer in {count(len(tally.gone), 'clip')} ({named}): "
                          f"{listing(sorted(tally.reasons), 2)}")


def _incomparable(found: Difference) -> Iterator[Finding]:
    if not found.matched.twins:
        yield Finding("incomparable", "incomparable/clips", "no clip in common with the baseline")
    for barred, text in zip(found.numbers.barred, barred_told(found), strict=False):
        yield Finding("incomparable", f"incomparable/{barred.axis}", text)


def _untold(found: Difference, tolerance: Tolerance) -> Iterator[Finding]:
    for change in _deciding(found):
        if change.state == "untold" and tolerance.of(change) is None:
            yield Finding("untold", f"untold/{change.id}", f"cannot tell: {_told(change)}")


def _better(found: Difference) -> Iterator[Finding]:
    for change in _deciding(found):
        if change.state == "better":
            yield Finding("better", f"better/{change.id}", _told(change))
