"""The table of all clips of a method, and what is missing of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.axes import short_of, title_of
from reports.gather import Column, Setup, Shot, setup_of
from reports.leaf.names import Linked, clip_name
from reports.pages import Shown, verdict_badge
from reports.site.site import Site
from reports.text import number, seconds
from reports.urls import prompt_page
from reports.values import Cell, cell
from reports.verdict import verdict

QUANTITIES = ("onset", "late")
_MISSED = 60
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
    kind: str
    """Colour and sign of its verdict."""
    ended: str
    """What ended it, in few words."""
    sort: float
    """The second at which its steady time ends; clips that held come after all others."""
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


def lines(site: Site, clips: Sequence[Shown]) -> tuple[Line, ...]:
    """Make one line a clip, by prompt and seed."""
    ordered = sorted(clips, key=_order)
    return tuple(_line(site, clip) for clip in ordered)


def _order(clip: Shown) -> tuple[str, int, str]:
    entry = clip.shot.entry
    return entry.prompt_id or entry.clip, -1 if entry.seed is None else entry.seed, clip.shot.key


def _line(site: Site, clip: Shown) -> Line:
    found = verdict(clip.shot)
    held = found.outcome in ("holds", "short")
    ended = " and ".join(short_of(axis) for axis in found.axes)
    at = f" {found.at_s:.1f}" if found.at_s is not None else ""
    texts = {"holds": "holds", "short": "short", "undecided": "open", "unmeasured": "no record",
             "excepted": "left out"}
    made = clip.shot.entry.made_s
    length = clip.shot.length_s
    return Line(
        Linked(clip_name(clip), site.clip_url(clip.shot.key)), verdict_badge(found).kind,
        texts.get(found.outcome, ended) + at, (1e6 if held else 0.0) + (found.at_s or 0.0),
        tuple(cell(clip.shot, clip.shot.get(f"{column.axis}.{name}", column.identity))
              for column in site.tasks for name in QUANTITIES),
        number(made / length) if made is not None and length > 0 else "",
    )


def holes(site: Site, setup: Setup, clips: Sequence[Shown]) -> tuple[Hole, ...]:
    """Tell what is missing of a method: clips that others have, clips that cannot be told, and numbers."""
    return (*_missing(site, setup), *_outcomes(site, clips), *_silent(site, clips))


def _missing(site: Site, setup: Setup) -> Iterator[Hole]:
    """Name prompts and seeds that another method has and this one lacks."""
    have: dict[Setup, set[tuple[str, int | None]]] = defaultdict(set)
    for clip in site.clips:
        if clip.shot.entry.prompt_id and clip.shot.entry.method:
            have[setup_of(clip.shot.entry)].add((clip.shot.entry.prompt_id, clip.shot.entry.seed))
    own = have.get(setup, set())
    lacking = sorted(set().union(*have.values()) - own, key=lambda pair: (pair[0], pair[1] or -1))
    scenes = {scene.prompt_id: scene.slug for scene in site.scenes}
    links = tuple(Linked(f"{prompt} seed {seed}" if seed is not None else prompt, prompt_page(scenes[prompt]))
                  for prompt, seed in lacking)
    if links:
        yield Hole("No clip, though other methods have one", links[:_MISSED], len(links[_MISSED:]))


def _outcomes(site: Site, clips: Sequence[Shown]) -> Iterator[Hole]:
    found: dict[str, list[Linked]] = defaultdict(list)
    for clip in clips:
        found[verdict(clip.shot).outcome].append(_link(site, clip))
    for outcome, told in _ENDS.items():
        if outcome in found:
            yield Hole(told, tuple(found[outcome]))


def _silent(site: Site, clips: Sequence[Shown]) -> Iterator[Hole]:
    """Give the reasons of missing onsets and late levels, each once with its clips."""
    found: dict[str, list[Linked]] = defaultdict(list)
    for clip in clips:
        for reason, axes in _reasons(clip.shot, site.columns).items():
            names = ", ".join(dict.fromkeys(title_of(axis) for axis in axes))
            found[f"{names}: {reason}"].append(_link(site, clip))
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


def _link(site: Site, clip: Shown) -> Linked:
    return Linked(clip_name(clip), site.clip_url(clip.shot.key))


def broken(clips: Sequence[Shown]) -> tuple[Linked, ...]:
    """Clips without anything to play, with the reason."""
    return tuple(Linked(clip_name(clip), "", clip.media.problem) for clip in clips if clip.media.problem)


def length_told(clips: Sequence[Shown]) -> str:
    """Say how long the clips are, as one length or a range."""
    found = sorted({round(clip.shot.length_s, 1) for clip in clips if clip.shot.length_s > 0})
    if not found:
        return ""
    return seconds(found[0]) if len(found) == 1 else f"{found[0]:.1f} to {seconds(found[-1])}"
