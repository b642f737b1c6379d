"""Feeds a prompt's page: its clips side by side, their numbers, what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.gather import setup_of
from reports.labels import caveats
from reports.pages import Shown, common, shared_facts, verdict_badge
from reports.scene.asked import asked
from reports.scene.data import prompt_script
from reports.scene.legend import legend
from reports.scene.names import Name, names
from reports.scene.scores import Group, cells, groups, remarks
from reports.site.site import Scene, Site
from reports.text import count
from reports.urls import method_page, prompt_page
from reports.values import premise_note
from reports.verdict import verdict
from reports.writer import Writer

SCRIPTS = ("legend.js", "curves.js", "deck.js", "players.js", "chart.js", "details.js", "prompt-bar.js",
           "prompt-charts.js", "prompt.js")
"""Scripts of ``assets`` that a prompt page runs, after its own data."""


def write(site: Site, writer: Writer) -> None:
    """Write page and data of every scene, and the legend that they share."""
    shared = shared_facts(site.clips)
    writer.file("assets/legend.js", legend(site))
    around = (None, *site.scenes, None)
    for before, scene, after in zip(around, site.scenes, around[2:], strict=False):
        writer.page(prompt_page(scene.slug), "prompt.html", prompt_context(site, scene, before, after))
        writer.file(f"prompt/{scene.slug}.js", prompt_script(scene, shared))


def prompt_context(site: Site, scene: Scene, before: Scene | None, after: Scene | None) -> dict[str, Any]:
    """Gather what a prompt's page says before a script runs; ``before`` and ``after`` are its neighbours."""
    shots = [clip.shot for clip in scene.clips]
    called, heads = names(scene.clips), groups(site, shots)
    methods = len({setup_of(shot.entry) for shot in shots})
    tally = [count(methods, "method")] if scene.prompt_id else []
    tally += [_seeds(scene.seeds)] if scene.prompt_id and scene.seeds != (None,) else []
    return {
        **common(site.data, "../", prompt_page(scene.slug), styles=("prompt.css",),
                 scripts=(f"prompt/{scene.slug}.js", *SCRIPTS)),
        "slug": scene.slug, "heading": scene.title, "tally": ", ".join(tally), "texts": scene.texts,
        "alike": _alike(called),
        "asked": asked(scene.prompt_id, scene.texts[0]) if len(scene.texts) == 1 else (),
        "before": before, "after": after, "caveats": caveats(shots),
        "groups": heads, "clips": [_clip(clip, called[clip.shot.key], heads) for clip in scene.clips],
    }


def _alike(called: Mapping[str, Name]) -> str:
    """What the names of several clips have in common besides; it stands once, over them all."""
    found = {name.more for name in called.values()}
    return found.pop() if len(found) == 1 and len(called) > 1 else ""


def _seeds(seeds: Sequence[int | None]) -> str:
    return f"seed {seeds[0]}" if len(seeds) == 1 else count(len(seeds), "seed")


def _clip(clip: Shown, name: Name, heads: tuple[Group, ...]) -> Mapping[str, Any]:
    setup = setup_of(clip.shot.entry)
    return {
        "key": clip.shot.key, "look": clip.look, "name": name, "media": clip.media,
        "url": method_page(setup) if setup.method else "", "verdict": verdict_badge(verdict(clip.shot)),
        "note": premise_note(clip.shot), "cells": cells(clip.shot, heads), "remarks": remarks(clip.shot),
        "recorded": bool(clip.shot.readings),
    }
