"""The script beside a prompt's page: what its clips are, their curves, all their numbers, their origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from reports.axes import ONSET_AXES, in_order
from reports.charts import LEVELS
from reports.gather import Reading, Shot, reading_order
from reports.pages import Shown, facts, verdict_badge
from reports.records import record_files
from reports.scene.curves import Grid, pack, shared_grid, short
from reports.scene.names import Name, names
from reports.script import assign
from reports.site.site import Scene
from reports.text import full, plain
from reports.values import mask_areas, mask_warnings
from reports.verdict import not_credited, verdict

Number: TypeAlias = tuple[str, str]
"""Identity and metric of a column of the values."""
_MEDIA = {"flow": ".flow.mp4", "change": ".change.mp4", "mask": ".mask.png"}


class _Texts:
    """Sentences that several clips share, each kept once and named by its place."""

    def __init__(self) -> None:
        self.said: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.said.setdefault(text, len(self.said))


def prompt_script(scene: Scene, shared: Mapping[str, object]) -> str:
    """Write ``prompt/<slug>.js``; ``shared`` are facts of all clips of the report, which stand on its index.

    ``grid`` has first second and step of the curves' bins, ``curves`` names the further curves. ``numbers``
    lists metrics by identity, in the order of each clip's ``values``. ``said`` holds texts that clips name by
    their place there, in ``notes``, ``warnings``, ``facts`` and ``records`` and as reasons. ``facts`` are
    those that all clips here share; a record lies at ``records/<key>`` with its second text behind.
    """
    return assign("steadybenchPrompts", prompt_data(scene, shared), scene.slug)


def prompt_data(scene: Scene, shared: Mapping[str, object]) -> dict[str, Any]:
    """Gather what ``prompt_script`` writes, as plain JSON. Paths are relative to the report's folder."""
    shots = [clip.shot for clip in scene.clips]
    further = sorted({series.metric for shot in shots for series in shot.series} - LEVELS)
    numbers = _numbers(shots)
    grid = shared_grid(series for shot in shots for series in shot.series)
    texts, called = _Texts(), names(scene.clips)
    told = [_facts(clip, shared) for clip in scene.clips]
    common = [fact for fact in told[0] if all(fact in other for other in told)] if len(told) > 1 else []
    clips = [
        {**_described(clip, called[clip.shot.key]), **_curves(clip.shot, further, grid),
         "values": _values(clip.shot, numbers, texts),
         "notes": [texts(note) for note in clip.shot.entry.notes],
         "warnings": [texts(sentence) for sentence in mask_warnings(clip.shot)],
         "mask": mask_areas(clip.shot),
         "facts": [[texts(name), texts(value)] for name, value in told[i] if (name, value) not in common],
         "command": clip.shot.entry.command, "records": _records(clip.shot, texts)}
        for i, clip in enumerate(scene.clips)
    ]
    return {"slug": scene.slug, "title": scene.title, "seconds": round(scene.end_s, 3), "grid": grid,
            "curves": further, "numbers": _by_identity(numbers), "said": list(texts.said), "facts": common,
            "clips": clips}


def _described(clip: Shown, name: Name) -> dict[str, Any]:
    entry, media, badge = clip.shot.entry, clip.media, verdict_badge(verdict(clip.shot))
    return {
        "key": clip.shot.key, "name": entry.clip, "method": clip.label.text, "short": name.short,
        "look": clip.look.index, "marker": clip.look.marker, "seed": entry.seed,
        "seconds": round(clip.end_s, 3), "fps": media.fps or 25,
        "width": media.width, "height": media.height, "video": _inside(media.video),
        "poster": _inside(media.poster), "strip": _inside(media.strip), "problem": media.problem,
        "verdict": {"kind": badge.kind, "text": badge.text},
        "jumps": onsets(clip.shot),
        "overlays": {kind: f"clips/{clip.shot.key}{_MEDIA[kind]}" for kind in sorted(entry.overlays)},
    }


def _inside(name: str) -> str:
    return f"clips/{name}" if name else ""


def onsets(shot: Shot) -> list[tuple[float, str]]:
    """List the onsets that came with their axes, in the order of their seconds."""
    found = [(round(r.value, 3), axis) for axis in ONSET_AXES for r in shot.all(f"{axis}.onset")
             if r.status == "ok" and r.value is not None]
    return sorted(found)


def _curves(shot: Shot, further: Sequence[str], grid: Grid) -> dict[str, Any]:
    """Levels by axis, one for each identity, and further curves by their place among the page's."""
    levels: dict[str, list[Any]] = {}
    for series in shot.series:
        if series.metric in LEVELS:
            levels.setdefault(series.metric.partition(".")[0], []).append(pack(series, grid, (0.0, 1.0)))
    more = [[further.index(s.metric), *pack(s, grid)] for s in shot.series if s.metric not in LEVELS]
    return {"levels": {axis: levels[axis] for axis in in_order(levels)}, "curves": more}


def _numbers(shots: Iterable[Shot]) -> list[Number]:
    """Every metric and identity that a clip has a record of, in the order of the axes."""
    found = {(r.metric, r.identity): r for shot in shots for r in shot.readings}
    return [(r.identity, r.metric) for r in sorted(found.values(), key=reading_order)]


def _by_identity(numbers: Sequence[Number]) -> list[tuple[str, list[str]]]:
    runs = groupby(numbers, key=itemgetter(0))
    return [(identity, [metric for _, metric in run]) for identity, run in runs]


def _values(shot: Shot, numbers: Sequence[Number], texts: _Texts) -> list[Any]:
    """One entry for each of ``numbers``, null where there is no record."""
    own = {(r.identity, r.metric): r for r in shot.readings}
    return [_value(shot, own[number], texts) if number in own else None for number in numbers]


def _value(shot: Shot, reading: Reading, texts: _Texts) -> Any:
    """The bare number, or number or null, status, reason and why it is not credited; reasons as places."""
    value = None if reading.value is None else short(float(full(reading.value)))
    struck = not_credited(shot, reading)
    if reading.status == "ok" and not reading.reason and not struck:
        return value
    found = [value, reading.status, texts(reading.reason) if reading.reason else -1]
    return [*found, texts(struck)] if struck else found


def _facts(clip: Shown, shared: Mapping[str, object]) -> list[tuple[str, str]]:
    entry = clip.shot.entry
    made = [("made in", f"{entry.made_s:.1f} s")] if entry.made_s is not None else []
    made += [("made on", entry.device)] if entry.device else []
    return [*facts(clip, shared), *made,
            *((name, plain(entry.settings[name])) for name in sorted(entry.settings))]


def _records(shot: Shot, texts: _Texts) -> list[list[int]]:
    start = f"records/{shot.key}"
    return [[texts(name), texts(path.removeprefix(start))] for name, path in record_files(shot)]
