"""What the templates are fed with: plain words and numbers, nothing left to decide."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from reports.axes import PREMISE, short_of, style_of, title_of
from reports.completeness import GLYPHS
from reports.gather import Column, Reading, Shot, setup_of
from reports.labels import Label, row_name
from reports.looks import Look
from reports.media import Media
from reports.model import ClipEntry, ReportInput
from reports.text import ARROW_WORDS, ARROWS, DASH, plain, seconds
from reports.verdict import Verdict

POLICY = Markup(
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:; "
    "media-src 'self' file:; base-uri 'none'; form-action 'none'"
)
"""Everything comes from the report's own folder; nothing is loaded from elsewhere, no inline script runs."""

_VERDICTS = {
    "holds": "held", "short": "part", "fails": "came", "moves": "premise",
    "undecided": "abstained", "unmeasured": "failed", "excepted": "excepted",
}
VERDICT_GLYPHS = {**GLYPHS, "premise": "↔", "excepted": "–"}


@dataclass(frozen=True, slots=True)
class Badge:
    """A short statement."""

    kind: str
    """Picks colour and symbol together."""
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A clip with what the pages show of it."""

    shot: Shot
    media: Media
    label: Label
    look: Look

    @property
    def end_s(self) -> float:
        """The length of every time axis of this clip, seconds."""
        return max(self.shot.end_s, self.media.seconds)


NAVIGATION = (
    ("index.html", "Leaderboard"), ("index.html#completeness", "Prompts"), ("picks.html", "Best and worst"),
    ("pair.html", "Pair view"),
)
"""Where the line at the top of every page leads."""


def common(data: ReportInput, root: str, here: str = "", styles: Sequence[str] = (),
           scripts: Sequence[str] = ()) -> dict[str, Any]:
    """Gather what every page needs.

    ``root`` leads from the page to the report's folder, ``here`` is the page's path from there;
    ``styles`` and ``scripts`` are files of ``assets`` beyond those that every page has, in the order of their
    loading.
    """
    return {"root": root, "here": here, "title": data.title, "policy": POLICY, "navigation": NAVIGATION,
            "styles": styles, "scripts": scripts, "run_line": run_line(data.run),
            "command": command(data.run)}


def run_line(run: Mapping[str, object]) -> list[tuple[str, str]]:
    """Tell the run in one line: its short plain facts."""
    told = [(key, plain(run[key])) for key in sorted(run)
            if key != "command" and isinstance(run[key], str | int | float | bool)]
    return [(key, value) for key, value in told if len(value) <= 40][:8]


def provenance(run: Mapping[str, object]) -> list[tuple[str, str]]:
    """List all that was recorded about the run; what is nested is spread over lines, one level deep."""
    told: list[tuple[str, str]] = []
    for key in sorted(run):
        value = run[key]
        if isinstance(value, Mapping):
            told += [(f"{key}: {name}", plain(value[name])) for name in sorted(value, key=str)]
        elif key != "command":
            told.append((key, plain(value)))
    return [(key, value) for key, value in told if value]


def command(run: Mapping[str, object]) -> str:
    """Return the line that repeats the run, empty where none was recorded."""
    line = run.get("command", "")
    return shlex.join(map(str, line)) if isinstance(line, list | tuple) else str(line or "")


def heading(column: Column, columns: Sequence[Column], shots: Sequence[Shot]) -> dict[str, Any]:
    """Describe a column: title, identity where two share an axis, arrows that the data declare."""
    directions = {
        quantity: next((r.direction for s in shots if (r := s.get(f"{column.axis}.{quantity}"))), "")
        for quantity in ("onset", "late")
    }
    twins = sum(other.axis == column.axis for other in columns)
    found: dict[str, Any] = {"title": title_of(column.axis), "short": short_of(column.axis),
                             "style": style_of(column.axis), "tag": column.identity[:6] if twins > 1 else ""}
    for quantity, direction in directions.items():
        found[f"{quantity}_arrow"] = ARROWS.get(direction, "")
        found[f"{quantity}_hint"] = ARROW_WORDS.get(direction, "no direction is better")
    return found


def verdict_badge(found: Verdict) -> Badge:
    """Tell a clip's verdict in a few words."""
    kind = _VERDICTS[found.outcome]
    names = " and ".join(title_of(axis).lower() for axis in found.axes)
    at = seconds(found.at_s) if found.at_s is not None else ""
    asked = f"{found.asked_s:g} s" if found.asked_s is not None else ""
    short = f" in less than the {asked} asked" if asked else ""
    text = {
        "holds": f"holds for {at}",
        "short": f"holds for {at} of {asked} asked",
        "fails": f"fails at {at}: {names}{_later(found)}",
        "moves": f"camera moves at {at}{_later(found)}",
        "undecided": f"no failure seen{short}, {names} not read to the end",
        "unmeasured": f"not measured: {names}",
        "excepted": "left out: camera not meant to be fixed",
    }[found.outcome]
    return Badge(kind, text)


def _later(found: Verdict) -> str:
    if not found.later:
        return ""
    names = [("camera moves" if axis == PREMISE else title_of(axis).lower(), at) for axis, at in found.later]
    return ", then " + ", ".join(f"{name} at {seconds(at)}" for name, at in names)


def onset_text(reading: Reading) -> str:
    """Write an onset as people read it: ``8.4 s``, or ``held 30.1 s`` where it never came."""
    if reading.value is None:
        return DASH
    return f"held {seconds(reading.value)}" if reading.status == "censored" else seconds(reading.value)


def shared_facts(shown: Sequence[Shown]) -> dict[str, object]:
    """Find the facts that all of several clips have; they stand once, with the run."""
    first, *others = [clip.shot.entry.facts for clip in shown] or [{}]
    if not others:
        return {}
    return {key: value for key, value in first.items()
            if all(key in other and other[key] == value for other in others)}


def _named(entry: ClipEntry) -> str:
    setup = setup_of(entry)
    name = row_name(setup.method, setup.configuration, setup.backbone)
    return f"{entry.clip} ({name or 'no method'})"


def facts(shown: Shown, shared: Mapping[str, object]) -> list[tuple[str, str]]:
    """List what is known of the file itself beyond ``shared``, and the names it was given under."""
    entry, media = shown.shot.entry, shown.media
    rows = [("SHA-256", entry.clip_sha256 or "unknown: the file could not be read")]
    rows += [("also named", _named(other)) for other in shown.shot.also]
    rows += [("same bytes as", _named(other)) for other in shown.shot.twins]
    named = (("method", entry.method), ("configuration", entry.configuration), ("backbone", entry.backbone),
             ("digest of the weights", entry.weights_digest), ("revision of the program", entry.revision),
             ("prompt id", entry.prompt_id))
    rows += [(label, text) for label, text in named if text]
    rows += [("seed", str(entry.seed))] if entry.seed is not None else []
    rows += [("horizon asked for", seconds(entry.horizon_s))] if entry.horizon_s is not None else []
    if media.video:
        rows.append(("shown here", f"{media.width}×{media.height}, {media.fps:g} fps, {media.seconds:.2f} s"))
    own = {key: value for key, value in entry.facts.items() if key not in shared}
    return rows + ([("file", plain(own))] if own else [])
