"""A comparison for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.compare.difference import Difference
from reports.compare.words import (
    STATES,
    answer,
    barred_told,
    caveat,
    clip_name,
    clips_told,
    figure,
    limits,
    numbers_told,
    printable,
    quantity,
    twins_name,
    uncredited_told,
)
from reports.pages import verdict_badge
from reports.text import listing

_SHOWN = 12
_WIDEST = 60


def text(found: Difference, first: str, second: str) -> str:
    """Write the comparison as lines; ``first`` and ``second`` name the runs."""
    return "\n".join(printable(line) for line in _lines(found, first, second)) + "\n"


def _lines(found: Difference, first: str, second: str) -> Iterator[str]:
    yield from (f"A  {first}", f"B  {second}", "", answer(found), clips_told(found), numbers_told(found))
    yield from barred_told(found)
    yield from _made(found)
    yield from _changes(found)
    yield from _flips(found)
    yield from _numbers(found)
    for name, shots in (("A", found.matched.only_before), ("B", found.matched.only_after)):
        if shots:
            yield from ("", f"Clips only in {name}: {listing([clip_name(shot) for shot in shots], _SHOWN)}")


def _made(found: Difference) -> Iterator[str]:
    if not found.made:
        yield from ("", "Made alike: every recorded field is the same.")
        return
    yield from ("", "Made differently, the likeliest cause first:")
    for field in found.made[:_SHOWN]:
        yield f"  {field.name}: {_cut(field.before)} -> {_cut(field.after)}"
    if len(found.made) > _SHOWN:
        yield f"  and {len(found.made) - _SHOWN} more"


def _cut(value: str) -> str:
    return value if len(value) <= _WIDEST else value[:_WIDEST - 1] + "…"


def _changes(found: Difference) -> Iterator[str]:
    moved = [change for change in found.changes if change.state != "same"]
    if not found.changes:
        return
    alike = len(found.changes) - len(moved)
    yield from ("", f"Changes from A to B by prompt and seed; {alike} of {len(found.changes)} are none"
                + (":" if moved else "."))
    rows = [(change.row or "no method named", quantity(change), figure(change.before, change.unit),
             figure(change.after, change.unit), figure(change.difference.value, change.unit, signed=True),
             limits(change) or change.difference.why, f"{change.difference.prompts} prompts",
             STATES[change.state]) for change in moved]
    yield from _table(rows) if rows else ()
    yield from filter(None, (caveat(found), *uncredited_told(found)))


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.rjust(width) if 2 <= i <= 4 else cell.ljust(width)
                 for i, (cell, width) in enumerate(zip(row, widths, strict=True)))
        yield "  " + "  ".join(cells).rstrip()


def _flips(found: Difference) -> Iterator[str]:
    if not found.flips:
        return
    yield from ("", f"Verdicts that changed ({len(found.flips)}):")
    for flip in found.flips[:_SHOWN]:
        yield (f"  {twins_name(flip.pair)}: {verdict_badge(flip.before).text} -> "
               f"{verdict_badge(flip.after).text}")
    if len(found.flips) > _SHOWN:
        yield f"  and {len(found.flips) - _SHOWN} more"


def _numbers(found: Difference) -> Iterator[str]:
    tallies = found.numbers.tallies
    lost = [tally for tally in tallies if tally.gone or tally.come]
    if lost:
        yield from ("", "Numbers that are gone or have come:")
    for tally in lost:
        both = ((tally.gone, "gone"), (tally.come, "come"))
        told = [f"{len(clips)} {word}" for clips, word in both if clips]
        yield f"  {tally.metric}: {', '.join(told)} ({listing(sorted(tally.reasons), 2)})"
