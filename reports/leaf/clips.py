"""The table of all clips of a method, and what is missing of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.axes import short_of, title_of
from reports.gather import Column, Shot
from reports.holes import Place
from reports.leaf.names import Linked, Names
from reports.pages import Shown
from reports.script import assign
from reports.site.site import Site
from reports.text import number, seconds
from reports.urls import prompt_page
from reports.values import Cell, cell
from reports.verdict import Verdict, verdict

QUANTITIES = ("onset", "late")
_LISTED = 60
"""Missing clips that are listed one by one; the others are counted."""
_ENDS: Mapping[str, str] = {
    "short": "Shorter than asked, without a failure",
    "undecided": "Not read to the end on every axis",
    "unmeasured": "Not measured on every axis",
    "excepted": "Left out, because the camera is not meant to be fixed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One clip in the table."""

    name: Linked
    ended: str
    """When its steady time ends, and what ended it."""
    cells: tuple[Cell, ...]
    """Onset and late level of each task axis and identity."""
    cost: str
    """Seconds that making it took for a second of video."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Clips that lack something for the same reason."""

    what: str
    clips: tuple[Linked, ...]
    more: int = 0
    """Further clips, not listed."""


def lines(site: Site, names: Names, clips: Sequence[Shown]) -> tuple[Line, ...]:
    """Make one line a clip, by prompt and seed."""
    return tuple(_line(site, names, clip) for clip in sorted(clips, key=_order))


def clips_script(lines: Sequence[Line]) -> str:
    """Write the table's rows as data, a third of what they take as markup; one that is struck is a list."""
    return assign("steadybenchClips", [
        [line.name.url, line.name.text, line.ended,
         [[cell.text] if cell.struck else cell.text for cell in line.cells], line.cost] for line in lines])


def _order(clip: Shown) -> tuple[str, int, str]:
    entry = clip.shot.entry
    return entry.prompt_id or entry.clip, -1 if entry.seed is None else entry.seed, clip.shot.key


def _line(site: Site, names: Names, clip: Shown) -> Line:
    made, length = clip.shot.entry.made_s, clip.shot.length_s
    return Line(
        _link(site, names, clip), _ended(verdict(clip.shot)),
        tuple(cell(clip.shot, clip.shot.get(f"{column.axis}.{name}", column.identity))
              for column in site.tasks for name in QUANTITIES),
        number(made / length) if made is not None and length > 0 else "",
    )


def _ended(found: Verdict) -> str:
    """Write ``≥ 30.0 holds``, ``12.0 Drift``, or why there is no time."""
    words = {"holds": "holds", "short": "holds, but short", "undecided": "not read to its end",
             "unmeasured": "not measured", "excepted": "left out: camera not meant to be fixed"}
    told = words.get(found.outcome) or " and ".join(short_of(axis) for axis in found.axes)
    if found.at_s is None:
        return told
    return f"{'≥ ' if found.outcome in ('holds', 'short') else ''}{found.at_s:.1f} {told}"


def gaps(site: Site, names: Names, lacking: Sequence[Place], clips: Sequence[Shown]) -> tuple[Hole, ...]:
    """Tell what is missing of a method: clips that others have, clips that cannot be told, and numbers."""
    return (*_missing(site, names, lacking), *_outcomes(site, names, clips), *_silent(site, names, clips),
            *_unseen(site, names, clips))


def _missing(site: Site, names: Names, lacking: Sequence[Place]) -> Iterator[Hole]:
    """Name prompts and seeds that another method has and this one lacks."""
    scenes = {scene.prompt_id: scene.slug for scene in site.scenes}
    links = tuple(Linked(names.place(prompt, seed), prompt_page(scenes[prompt]))
                  for prompt, seed in lacking[:_LISTED])
    if links:
        yield Hole("No clip, though other methods have one", links, len(lacking) - len(links))


def _outcomes(site: Site, names: Names, clips: Sequence[Shown]) -> Iterator[Hole]:
    found: dict[str, list[Linked]] = defaultdict(list)
    for clip in clips:
        found[verdict(clip.shot).outcome].append(_link(site, names, clip))
    for outcome, told in _ENDS.items():
        if outcome in found:
            yield Hole(told, tuple(found[outcome]))


def _silent(site: Site, names: Names, clips: Sequence[Shown]) -> Iterator[Hole]:
    """Give the reasons of missing onsets and late levels, each once with its clips."""
    found: dict[str, list[Linked]] = defaultdict(list)
    for clip in clips:
        for reason, axes in _reasons(clip.shot, site.columns).items():
            told = ", ".join(dict.fromkeys(title_of(axis) for axis in axes))
            found[f"{told}: {reason}"].append(_link(site, names, clip))
    for told in sorted(found):
        yield Hole(told, tuple(found[told]))


def _reasons(shot: Shot, columns: Sequence[Column]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for column in columns:
        for name in QUANTITIES:
            reading = shot.get(f"{column.axis}.{name}", column.identity)
            if reading is not None and reading.value is None:
                found[f"{reading.status}: {reading.reason}"].append(column.axis)
    return found


def _link(site: Site, names: Names, clip: Shown) -> Linked:
    return Linked(names.clip(clip), site.clip_url(clip.shot.key))


def _unseen(site: Site, names: Names, clips: Sequence[Shown]) -> Iterator[Hole]:
    """Say which clips have nothing to play, and why."""
    found: dict[str, list[Linked]] = defaultdict(list)
    for clip in clips:
        if clip.media.problem:
            found[clip.media.problem].append(_link(site, names, clip))
    for problem in sorted(found):
        yield Hole(problem.removesuffix("."), tuple(found[problem]))


def length_told(clips: Sequence[Shown]) -> str:
    """Say how long the clips are, as one length or a range."""
    found = sorted({round(clip.shot.length_s, 1) for clip in clips if clip.shot.length_s > 0})
    if not found:
        return ""
    return seconds(found[0]) if len(found) == 1 else f"{found[0]:.1f} to {seconds(found[-1])}"
