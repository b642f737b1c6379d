"""Completeness: every prompt of every method, a sign for each clip, and for each that lacks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.axes import PREMISE, title_of
from reports.completeness import state
from reports.gather import Column, Setup, Shot, setup_of
from reports.holes import holes
from reports.index.names import Named
from reports.index.scenery import Scenery, scenery
from reports.site.site import Site
from reports.text import count, seconds
from reports.verdict import Outcome, Verdict, verdict

HOLE = "x"
KINDS = {
    "h": ("●", "held to the end"),
    "p": ("◐", "held, but shorter than asked"),
    "c": ("✕", "failed"),
    "m": ("↔", "the camera moved first"),
    "a": ("○", "no failure seen, but not read to the end on every axis"),
    "f": ("!", "a measurement failed or is missing"),
    "e": ("–", "left out: camera not meant to be fixed"),
    HOLE: ("□", "no clip, though other methods have one"),
}
"""Letter of each kind of sign, its sign and what it means; the style sheet draws them."""
GAPS = "pafx"
"""What makes a row incomplete: short, abstained, failed, missing."""
_OF: Mapping[Outcome, str] = {
    "holds": "h", "short": "p", "fails": "c", "moves": "m", "undecided": "a", "unmeasured": "f",
    "excepted": "e",
}
_OF_AXIS = {"held": "h", "part": "a", "came": "c", "abstained": "a", "failed": "f", "missing": "f"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One sign."""

    kind: str
    url: str
    told: str
    """Its accessible name: what came of the clip, with the reason where there is no number."""


@dataclass(frozen=True, slots=True)
class Row:
    """One prompt, or one clip where no method is named."""

    title: str
    url: str
    cells: tuple[tuple[Mark, ...], ...]

    @property
    def gap(self) -> bool:
        """Whether something is missing here."""
        return any(mark.kind in GAPS for cell in self.cells for mark in cell)


def completeness(site: Site, names: Mapping[Setup, Named]) -> dict[str, Any]:
    """Gather everything that ``completeness.html`` says."""
    found = _by_prompt(site, names) if names else _by_clip(site)
    heads = _heads(site, names) if names else _axes(site)
    counts = [Counter(mark.kind for row in found for mark in row.cells[i]) for i in range(len(heads))]
    seen = [kind for kind in KINDS if any(counted[kind] for counted in counts)]
    scenes = scenery(site.scenes) if names else Scenery()
    return {
        "mark_rows": [(row, scenes.of.get(row.title)) for row in found],
        "mark_heads": heads,
        "mark_kinds": [(kind, *KINDS[kind], [counted[kind] for counted in counts]) for kind in seen],
        "mark_totals": [sum(counted[kind] for kind in KINDS if kind != HOLE) for counted in counts],
        "regimes": scenes.regimes,
        "completeness_told": _told(found, by_prompt=bool(names)),
    }


def _heads(site: Site, names: Mapping[Setup, Named]) -> list[dict[str, Any]]:
    heads: list[dict[str, Any]] = [{"named": named} for named in names.values()]
    return [*heads, {"named": None, "name": "no method named"}] if _nameless(site) else heads


def _axes(site: Site) -> list[dict[str, Any]]:
    twins = Counter(column.axis for column in site.columns)
    return [{"named": None, "name": title_of(c.axis) + (f" {c.identity[:6]}" if twins[c.axis] > 1 else "")}
            for c in site.columns]


def _nameless(site: Site) -> bool:
    return any(not shot.entry.method for shot in site.shots)


def _by_prompt(site: Site, names: Mapping[Setup, Named]) -> list[Row]:
    setups = [*names, *([None] if _nameless(site) else [])]
    several = len({shot.entry.seed for shot in site.shots}) > 1
    lacking: dict[tuple[Setup | None, str], list[int | None]] = defaultdict(list)
    for setup, places in holes(site.shots).items():
        for prompt, seed in places:
            lacking[setup, prompt].append(seed)
    found = []
    for scene in site.scenes:
        if scene.prompt_id:
            shots = [clip.shot for clip in scene.clips]
            found.append(Row(scene.title, f"prompt/{scene.slug}.html", tuple(
                (*_marks(site, shots, setup, several=several),
                 *(_hole(names[setup], seed) for seed in lacking[setup, scene.prompt_id] if setup))
                for setup in setups)))
    lone = [clip.shot for scene in site.scenes if not scene.prompt_id for clip in scene.clips]
    if lone:
        cells = tuple(_marks(site, lone, setup, several=several) for setup in setups)
        found.append(Row("no prompt named", "", cells))
    return found


def _marks(site: Site, shots: Sequence[Shot], setup: Setup | None, *, several: bool) -> tuple[Mark, ...]:
    return tuple(_mark(site, shot, several=several) for shot in shots if _whose(shot) == setup)


def _whose(shot: Shot) -> Setup | None:
    return setup_of(shot.entry) if shot.entry.method else None


def _hole(named: Named, seed: int | None) -> Mark:
    told = "no clip" if seed is None else f"no clip of seed {seed}"
    return Mark(HOLE, f"{named.url}#holes", told)


def _mark(site: Site, shot: Shot, *, several: bool) -> Mark:
    found = verdict(shot)
    seed = f"seed {shot.entry.seed}: " if several and shot.entry.seed is not None else ""
    return Mark(_OF[found.outcome], site.clip_url(shot.key), seed + told(shot, found))


def told(shot: Shot, found: Verdict) -> str:
    """Say in a few words what came of a clip, and why where there is no number."""
    at = f"{found.at_s:.3g} s" if found.at_s is not None else ""
    names = " and ".join(title_of(axis).lower() for axis in found.axes)
    return {
        "holds": f"held {at}",
        "short": f"held {at} of {found.asked_s or 0:g} s asked",
        "fails": f"{names} {at}",
        "moves": f"camera {at}",
        "undecided": "; ".join(_silent(shot, found.axes)),
        "unmeasured": "; ".join(_silent(shot, found.axes)),
        "excepted": "camera not meant to be fixed",
    }[found.outcome]


def _silent(shot: Shot, axes: Sequence[str]) -> Iterator[str]:
    """Say of each axis why it has no number, or until when it was read."""
    for axis in axes:
        readings = shot.all(f"{axis}.onset")
        name = title_of(axis).lower()
        if not readings:
            yield f"{name}: no record"
        for reading in readings:
            if reading.value is None:
                yield f"{name} {reading.status}: {reading.reason}"
            else:
                yield f"{name} read to {seconds(reading.value)}"


def _by_clip(site: Site) -> list[Row]:
    """Where no method is named: one clip a row, one axis a column."""
    found = []
    for shot in sorted(site.shots, key=lambda shot: (shot.entry.clip, shot.key)):
        url = site.clip_url(shot.key)
        found.append(Row(shot.entry.clip, url, tuple((_read(shot, column, url),) for column in site.columns)))
    return found


def _read(shot: Shot, column: Column, url: str) -> Mark:
    """How one clip was read on one axis."""
    found = state(shot, column)
    moved = found.kind == "came" and column.axis == PREMISE
    return Mark("m" if moved else _OF_AXIS[found.kind], url, found.told)


def _told(rows: Sequence[Row], *, by_prompt: bool) -> str:
    if not rows:
        return ""
    short = sum(row.gap for row in rows)
    what = count(len(rows), "prompt" if by_prompt else "clip")
    return f"Nothing is missing in {what}." if not short else f"Something is missing in {short} of {what}."
