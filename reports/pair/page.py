"""Writes the pair view: one page for any two clips, and the list of clips that it chooses from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from reports.gather import setup_of
from reports.labels import caveats
from reports.pages import Shown, common
from reports.pair.media import link_overlays
from reports.pair.noise import noise_limits
from reports.script import assign
from reports.site.site import Site
from reports.urls import slug
from reports.writer import Writer

PAGE = "pair.html"
SCRIPTS = ("legend.js", "pairs.js", "curves.js", "deck.js", "players.js", "chart.js", "details.js",
           "pair-choice.js", "pair-stage.js", "pair-time.js", "pair-scores.js", "pair.js")


def write(site: Site, writer: Writer) -> None:
    """Write ``pair.html``, ``assets/pairs.js``, the overlays beside the clips, and their colours."""
    link_overlays(site.clips, writer.out / "clips")
    for card in site.data.overlays:
        for i, (_, picture) in enumerate(card.keys):
            writer.file(_key_picture(card.kind, i), picture)
    writer.file("assets/pairs.js", assign("steadybenchPairs", pairs_data(site)))
    writer.page(PAGE, "pair.html", context(site))


def context(site: Site) -> dict[str, Any]:
    """Gather what the page says before any script runs."""
    return {
        **common(site.data, "", PAGE, styles=("prompt.css", "pair.css"), scripts=SCRIPTS),
        "caveats": caveats(site.shots),
        "clips": len(site.clips), "only": site.clip_url(site.clips[0].shot.key) if site.clips else "",
        "pairs": _chosen(site), "cards": [
            {"kind": card.kind, "title": card.title, "meaning": card.meaning,
             "pictures": [(text, _key_picture(card.kind, i)) for i, (text, _) in enumerate(card.keys)]}
            for card in site.data.overlays
        ],
        "problems": [(clip, clip.shot.entry.overlay_problem) for clip in site.clips
                     if clip.shot.entry.overlay_problem],
    }


def pairs_data(site: Site) -> dict[str, Any]:
    """List prompts, rows and clips for the page's script, each named by its place in the lists before it.

    A clip is ``[key, prompt, row, seed]``, with its name where another clip shares all of that.
    """
    scenes = {scene.slug: i for i, scene in enumerate(site.scenes)}
    rows = {setup: i for i, setup in enumerate(sorted(site.looks))}
    alike = Counter(_place(site, clip) for clip in site.clips)
    looks, labels = site.looks, site.labels
    return {
        "prompts": [[scene.slug, scene.title] for scene in site.scenes],
        "rows": [[labels[setup].text, looks[setup].index, looks[setup].marker] for setup in rows],
        "clips": [
            [clip.shot.key, scenes[site.scene_of[clip.shot.key]], rows[setup_of(clip.shot.entry)],
             clip.shot.entry.seed, *([clip.shot.entry.clip] if alike[_place(site, clip)] > 1 else [])]
            for clip in site.clips
        ],
        "pairs": [list(pair) for pair in site.data.pairs],
        "overlays": {card.kind: [card.title, card.full_widths_s] for card in site.data.overlays},
        "problems": {clip.shot.key: clip.shot.entry.overlay_problem for clip in site.clips
                     if clip.shot.entry.overlay_problem},
        "noise": noise_limits(site.shots),
    }


def _place(site: Site, clip: Shown) -> tuple[object, ...]:
    entry = clip.shot.entry
    return site.scene_of[clip.shot.key], setup_of(entry), entry.seed


def _chosen(site: Site) -> list[Mapping[str, Any]]:
    """The pairs that were chosen, as links."""
    by_key = {clip.shot.key: clip for clip in site.clips}
    titles = {scene.slug: scene.title for scene in site.scenes}
    return [
        {"url": f"{PAGE}#a={a}&b={b}", "a": by_key[a], "b": by_key[b],
         "prompts": list(dict.fromkeys(titles[site.scene_of[key]] for key in (a, b)))}
        for a, b in site.data.pairs if a in by_key and b in by_key
    ]


def _key_picture(kind: str, place: int) -> str:
    return f"pair/{slug(kind)}-{place}.png"
