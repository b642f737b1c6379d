"""The one line that makes and measures a single clip of a run again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from metrics.types import Json
from reports.labels import row_name
from steadybench.entries import Entry

OUT = "one-clip"
"""Folder that the line writes to; any new one will do."""


def command(entry: Entry, run: Mapping[str, Json]) -> str:
    """Return the line that makes and measures this clip alone, or measures it where it was given as a file.

    The same machine, versions and weights give the same bytes of the clip and the same numbers.

    Args:
        entry: the clip.
        run: what ``run.json`` holds; without it nothing is known of how the clip came about.

    Returns:
        A line for a POSIX shell, each word quoted; empty where the run does not tell enough.
    """
    settings = run.get("settings")
    methods = run.get("methods")
    if not isinstance(settings, Mapping):
        return ""
    if isinstance(methods, Mapping):
        name = row_name(entry.method, entry.configuration, entry.backbone)
        words = list(_made(entry, _part(methods, name), _part(run, "asked")))
    else:
        words = list(_given(entry, _part(run, "asked")))
    return shlex.join([*words, *_measured(settings), "--out", OUT]) if words else ""


def _part(body: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _made(entry: Entry, method: Mapping[str, Json], asked: Mapping[str, Json]) -> Iterator[str]:
    if not ("spec" in method and "suite" in asked and entry.prompt_id and entry.horizon_s):
        return
    yield from ("steadybench", "run", "--methods", str(method["spec"]))
    for key, value in sorted(_part(method, "options").items()):
        yield from ("--option", f"{key}={value}")
    for plugin in _list(asked, "plugins"):
        yield from ("--plugin", str(plugin))
    yield from ("--suite", str(asked["suite"]), "--prompts", entry.prompt_id)
    yield from ("--seeds", str(entry.seed), "--horizon", _number(entry.horizon_s))
    if size := _list(asked, "size"):
        yield from ("--size", "x".join(map(str, size)))
    if isinstance(fps := asked.get("fps"), int | float):
        yield from ("--fps", _number(fps))


def _given(entry: Entry, asked: Mapping[str, Json]) -> Iterator[str]:
    yield from ("steadybench", "score", entry.path)
    if manifest := asked.get("manifest"):
        yield from ("--manifest", str(manifest))


def _measured(settings: Mapping[str, Json]) -> Iterator[str]:
    """Options of the measurement that differ from those of a bare call."""
    from metrics.score import MEASUREMENTS

    panels = [str(name) for name in _list(settings, "measurements") if name not in MEASUREMENTS]
    told = (
        ("--flow", settings.get("flow"), "dis"),
        ("--raft-weights", settings.get("raft_weights"), None),
        ("--panels", ",".join(panels), ""),
        ("--panel-flow", settings.get("panel_flow"), "auto"),
        ("--device", settings.get("device"), "cpu"),
    )
    for option, value, usual in told:
        if value is not None and value != usual:
            yield from (option, str(value))


def _list(body: Mapping[str, Json], name: str) -> list[Json]:
    found = body.get(name)
    return found if isinstance(found, list) else []


def _number(value: float) -> str:
    return f"{value:.12g}"
