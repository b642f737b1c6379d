"""What a comparison says, in words that the page and the terminal share."""

from __future__ import annotations

from collections.abc import Iterator

from reports.axes import title_of
from reports.compare.change import Change
from reports.compare.difference import STEADY, Difference
from reports.compare.match import Twins
from reports.gather import Shot
from reports.labels import row_name
from reports.text import count, listing

STATES = {
    "same": "the same",
    "better": "better",
    "worse": "worse",
    "within": "within the limits",
    "untold": "cannot be told",
}
"""Better and worse lie outside the limits; what cannot be told has none."""
_QUANTITIES = {"onset": "onset, mean", "late": "late level, mean"}


def quantity(change: Change) -> str:
    """Name what changed: ``Drift onset, mean``."""
    if change.quantity == STEADY:
        return "Steady seconds, mean"
    axis, _, name = change.quantity.partition(".")
    return f"{title_of(axis)} {_QUANTITIES[name]}"


def figure(value: float, unit: str, *, signed: bool = False) -> str:
    """Write seconds with one decimal and levels with three, with a true minus sign."""
    text = f"{abs(value):.1f}" if unit == "s" else f"{abs(value):.3f}"
    zero = float(text) == 0
    sign = "" if zero or (value > 0 and not signed) else "+" if value > 0 else "\N{MINUS SIGN}"
    return sign + text


def limits(change: Change) -> str:
    """Write the limits of a difference, empty where there are none."""
    found = change.difference
    if found.low is None or found.high is None:
        return ""
    return f"[{figure(found.low, change.unit, signed=True)}, {figure(found.high, change.unit, signed=True)}]"


def clips_told(found: Difference) -> str:
    """Say how many clips belong together, and how many of them are the same file."""
    twins = found.matched.twins
    same = sum(pair.same_bytes for pair in twins)
    files = f"{same} of the same bytes, {len(twins) - same} made anew"
    parts = [f"{count(len(twins), 'clip')} in both runs: {files}"]
    parts += [f"{len(shots)} only in {name}" for name, shots in
              (("A", found.matched.only_before), ("B", found.matched.only_after)) if shots]
    return "; ".join(parts) + "."


def numbers_told(found: Difference) -> str:
    """Say how many numbers are alike."""
    numbers = found.numbers
    if not numbers.compared:
        return "No number can be compared."
    told = f"Identical numbers: {numbers.same:,} of {numbers.compared:,}"
    again = (f"; {numbers.same_bytes:,} differ though clip and identity are the same"
             if numbers.same_bytes else "")
    return f"{told}{again}."


def answer(found: Difference) -> str:
    """Say in one sentence what came of the comparison."""
    if found.same and found.matched.twins:
        return f"Nothing changed: all {found.numbers.compared:,} numbers are identical."
    if not found.matched.twins:
        return "The runs have no clip in common: same method, prompt, seed and length asked for."
    worse, better = ([c for c in found.changes if c.state == state] for state in ("worse", "better"))
    if not worse and not better:
        untold = any(change.state == "untold" for change in found.changes)
        why = ", but fewer prompts than intervals need leave some untold" if untold else ""
        return f"No change lies outside its limits{why}."
    parts = [f"{len(changes)} {name}" for name, changes in (("worse", worse), ("better", better)) if changes]
    return f"Outside their limits: {' and '.join(parts)}, of {count(len(found.changes), 'change')}."


def caveat(found: Difference) -> str:
    """Say how many changes chance alone would put outside their limits."""
    if not found.intervals:
        return ""
    return (f"{count(found.intervals, 'change')} with limits at 95 %: by chance alone about "
            f"{found.intervals / 20:.1f} of them would lie outside.")


def barred_told(found: Difference) -> Iterator[str]:
    """Say what was not compared, and why."""
    for barred in found.numbers.barred:
        yield (f"{title_of(barred.axis)} is not compared in {count(barred.clips, 'clip')}: measured under "
               f"identity {barred.before} in A and {barred.after} in B.")
    for name, lone in (("A", found.numbers.only_before), ("B", found.numbers.only_after)):
        if lone:
            yield f"Measured in {name} only: {listing([metric for metric, _ in lone], 8)}."


def uncredited_told(found: Difference) -> Iterator[str]:
    """Say which late levels were left out because they earn nothing in one of the runs."""
    for one in found.uncredited:
        yield (f"{one.row or 'No method named'}: the late level of {one.axis} is not credited in "
               f"{count(one.before, 'clip')} of A and {count(one.after, 'clip')} of B, which are left out.")


def clip_name(shot: Shot) -> str:
    """Name a clip by method, prompt and seed, as far as they are known."""
    entry = shot.entry
    method = row_name(entry.method, entry.configuration, entry.backbone)
    return " · ".join(filter(None, (
        method or entry.clip, entry.prompt_id, f"seed {entry.seed}" if entry.seed is not None else "")))


def twins_name(pair: Twins) -> str:
    """Name a pair of clips as the first run does."""
    return clip_name(pair.before)


def printable(line: str) -> str:
    """Spell out signs that a terminal would act on."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)
