"""The stability-motion plane: steadiness of the background against persistence of motion, one point a method.

Both numbers of a clip are shown at once, so that they need no credit: what stands still cannot drift and
lands in the corner "still, but frozen"; what drifts seems to move and lands in "moving, but not steady". Only
a camera that moved takes a number away; the clip then counts as 0 there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.axes import PREMISE
from reports.gather import Column, Setup, Shot, by_setup
from reports.labels import Label
from reports.share import Share, share
from reports.standings import Standings
from reports.text import listing
from reports.verdict import uncredited, verdict

STILL, MOTION = "drift", "stagnation"
"""The axes behind the ordinate and the abscissa."""


@dataclass(frozen=True, slots=True)
class Point:
    """One method in the plane; higher is better on both axes."""

    setup: Setup
    label: Label
    persistence: Share
    """Persistence of motion, 0 to 1: one less the mean late level of stagnation. Abscissa."""
    steadiness: Share
    """Steadiness of the background, 0 to 1: one less the mean late level of drift. Ordinate."""
    clips: int
    """Clips behind both numbers."""
    prompts: int
    moved: int
    """Of these, clips with a number that counts as 0 because the camera had moved before."""
    frozen: int
    """Of these, clips that stagnated before they could drift: their steadiness is no merit."""
    drifted: int
    """Of these, clips that drifted before they could stagnate: their motion is no merit."""
    silent: int
    """Clips that count in the leaderboard but have no number on one of the two axes."""
    spots: tuple[tuple[float, float], ...] = ()
    """Persistence and steadiness of each clip."""


@dataclass(frozen=True, slots=True)
class Plane:
    """All points, or the reason why there are none."""

    points: tuple[Point, ...] = ()
    """In the order of the leaderboard; methods without both numbers are left out."""
    why: str = ""


def plane(shots: Sequence[Shot], columns: Sequence[Column], standings: Standings) -> Plane:
    """Place every method that has both numbers.

    Args:
        shots: the clips of a report.
        columns: its task axes, each once per identity.
        standings: its methods; where they may not be compared, there is no plane.

    """
    twins = [axis for axis in (STILL, MOTION) if sum(column.axis == axis for column in columns) > 1]
    if twins:
        return Plane(why=f"{listing(twins)} measured under more than one identity")
    if standings.mixtures:
        return Plane(why=standings.mixtures[0].told)
    groups = by_setup(shot for shot in shots if verdict(shot).ranked)
    points = [point for row in standings.rows if not row.mixed
              and (point := _point(row.setup, row.label, groups[row.setup])) is not None]
    return Plane(tuple(points), "" if points else "no method with a late level of both drift and stagnation")


@dataclass(frozen=True, slots=True)
class _Clip:
    prompt: str
    steady: float
    moving: float
    struck: tuple[str, str]
    """What takes the credit from each of the two numbers, empty where nothing does."""


def _point(setup: Setup, label: Label, own: Sequence[Shot]) -> Point | None:
    clips = [clip for shot in own if (clip := _clip(shot)) is not None]
    if not clips:
        return None
    prompts = [clip.prompt for clip in clips]
    return Point(
        setup, label,
        persistence=share([clip.moving for clip in clips], prompts),
        steadiness=share([clip.steady for clip in clips], prompts),
        clips=len(clips),
        prompts=len(set(prompts) - {""}),
        moved=sum(PREMISE in clip.struck for clip in clips),
        frozen=sum(clip.struck[0] == MOTION for clip in clips),
        drifted=sum(clip.struck[1] == STILL for clip in clips),
        silent=len(own) - len(clips),
        spots=tuple((clip.moving, clip.steady) for clip in clips),
    )


def _clip(shot: Shot) -> _Clip | None:
    found = [shot.get(f"{axis}.late") for axis in (STILL, MOTION)]
    values, struck = [], []
    for reading in found:
        if reading is None or reading.value is None:
            return None
        cut = uncredited(shot, reading)
        struck.append(cut[1] if cut else "")
        values.append(0.0 if struck[-1] == PREMISE else 1.0 - reading.value)
    return _Clip(shot.entry.prompt_id, values[0], values[1], (struck[0], struck[1]))
