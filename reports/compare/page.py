"""``compare.html``: a comparison as a page of its own, with its styles beside it."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reports.compare.change import Change
from reports.compare.difference import Difference, Flip
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
    quantity,
    twins_name,
    uncredited_told,
)
from reports.gather import Shot, shots
from reports.labels import caveats
from reports.pages import common, verdict_badge
from reports.text import number
from reports.urls import prompt_page, slug
from reports.writer import Writer

_HERE = Path(__file__).parent
_ASSETS = _HERE.parent / "assets"
_SHARED = ("base.css", "base.js", "theme.js")
_REACH = 50
"""Half the width of the small plots of limits, in pixels."""


def write(found: Difference, out: Path, folders: tuple[Path, Path]) -> Path:
    """Write the page into ``out``; ``folders`` are those of the two runs, whose reports it links to.

    Raises:
        OSError: a file cannot be written.
    """
    writer = Writer(out)
    for name in _SHARED:
        writer.file(f"assets/{name}", (_ASSETS / name).read_bytes())
    writer.file("assets/compare.css", (_HERE / "compare.css").read_bytes())
    return writer.page("compare.html", "compare.html", _context(found, _Links(out, folders)))


class _Links:
    """Where the clips of the two runs can be seen, as far as their reports lie there."""

    def __init__(self, out: Path, folders: tuple[Path, Path]) -> None:
        self._out = out
        self.folders = folders

    def report(self, side: int) -> str:
        """Address of a run's front page, empty where there is none."""
        return self._to(self.folders[side] / "report" / "index.html")

    def clip(self, side: int, shot: Shot) -> str:
        """Address of a clip in its run's report, empty where there is none."""
        prompt = shot.entry.prompt_id
        page = prompt_page(slug(prompt) if prompt else f"clip-{shot.key}")
        found = self._to(self.folders[side] / "report" / page)
        return f"{found}#{shot.key}" if found else ""

    def _to(self, page: Path) -> str:
        if not page.is_file():
            return ""
        return Path(os.path.relpath(page.resolve(), self._out.resolve())).as_posix()


def _context(found: Difference, links: _Links) -> dict[str, Any]:
    sides = (found.before, found.after)
    return {
        **common(found.after, "", "compare.html", styles=("compare.css",)),
        "navigation": (),
        "title": f"{sides[0].title} against {sides[1].title}" if sides[0].title != sides[1].title
        else sides[0].title,
        "runs": [(letter, {"title": side.title, "name": str(links.folders[i]), "report": links.report(i)})
                 for i, (letter, side) in enumerate(zip("AB", sides, strict=True))],
        "answer": answer(found), "clips_told": clips_told(found), "numbers_told": numbers_told(found),
        "barred": tuple(barred_told(found)), "caveat": caveat(found),
        "about": caveats((*shots(found.before), *shots(found.after))),
        "uncredited": tuple(uncredited_told(found)),
        "changes": list(_changes([change for change in found.changes if change.state != "same"])),
        "all_changes": list(_changes(found.changes)),
        "made": found.made,
        "flips": [_flip(flip, links) for flip in found.flips],
        "tallies": list(_tallies(found)),
        "lone": [(letter, [{"name": clip_name(shot), "url": links.clip(i, shot)} for shot in shots])
                 for i, (letter, shots) in enumerate((("A", found.matched.only_before),
                                                      ("B", found.matched.only_after))) if shots],
    }


def _changes(changes: Sequence[Change]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    reach = {unit: _reach([c for c in changes if c.unit == unit]) for unit in {c.unit for c in changes}}
    for row, own in itertools.groupby(changes, key=lambda change: change.row):
        yield row or "no method named", [_change(change, reach[change.unit]) for change in own]


def _reach(changes: Sequence[Change]) -> float:
    """Find the number that the plots of one unit end at: the largest limit."""
    ends = [abs(end) for c in changes for end in (c.difference.low, c.difference.high) if end is not None]
    return max([*ends, *(abs(c.difference.value) for c in changes)], default=0.0)


def _change(change: Change, reach: float) -> dict[str, Any]:
    found = change.difference
    return {
        "quantity": quantity(change), "unit": change.unit, "state": change.state,
        "before": figure(change.before, change.unit), "after": figure(change.after, change.unit),
        "by": figure(found.value, change.unit, signed=True), "limits": limits(change) or found.why,
        "prompts": found.prompts, "clips": found.clips, "told": STATES[change.state],
        "plot": _plot(change, reach),
    }


def _plot(change: Change, reach: float) -> Mapping[str, float] | None:
    found = change.difference
    if found.low is None or found.high is None or not reach or change.state == "same":
        return None
    places = {"low": found.low, "high": found.high, "at": found.value}
    return {name: round(_REACH * value / reach, 1) for name, value in places.items() if math.isfinite(value)}


def _flip(flip: Flip, links: _Links) -> dict[str, Any]:
    both = ((flip.pair.before, flip.before), (flip.pair.after, flip.after))
    badges = [(verdict_badge(found), links.clip(i, shot)) for i, (shot, found) in enumerate(both)]
    return {"name": twins_name(flip.pair), "file": "same bytes" if flip.pair.same_bytes else "made anew",
            "sides": [{"kind": badge.kind, "text": badge.text, "url": url} for badge, url in badges]}


def _tallies(found: Difference) -> Iterator[dict[str, Any]]:
    for tally in found.numbers.tallies:
        if tally.same < tally.compared:
            yield {"metric": tally.metric, "identity": tally.identity, "compared": tally.compared,
                   "same": tally.same, "largest": number(tally.largest), "gone": len(tally.gone),
                   "come": len(tally.come), "reasons": "; ".join(sorted(tally.reasons))}
