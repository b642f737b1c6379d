"""Writes ``method/<name>.html``: who a method is, how it stands, all its clips, and what is missing of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.answer import held
from reports.costs import costs
from reports.gather import Setup, Shot, setup_of
from reports.holes import Place, holes
from reports.index.cells import interval
from reports.labels import caveats, row_name
from reports.leaderboard import MethodRow, ranked_shots
from reports.leaf import clips as own_clips
from reports.leaf.markdown import card_html
from reports.leaf.names import Names
from reports.leaf.spread import Spreads, spreads
from reports.leaf.standing import against, measured, panels, rank_told
from reports.model import MethodCard
from reports.pages import Shown, common, heading
from reports.picks.choose import choose, seed_of, steady_metric
from reports.picks.page import Kind, kinds
from reports.site.site import Site
from reports.text import count, number, plain
from reports.urls import method_page, slug
from reports.writer import Writer

_SHOWN = 2
"""Best and worst clips each."""
_RECORDED = {
    "format": "format", "licence": "licence", "adapter_version": "adapter version",
    "file_sha256": "SHA-256 of the plug-in", "spec": "asked for as",
}
"""What a run keeps of a method, and how the page calls it."""


@dataclass(frozen=True, slots=True)
class Book:
    """What every method's page is made from."""

    site: Site
    names: Names
    found: Spreads
    seed: str
    """What the choice of clips begins with."""
    lacking: Mapping[Setup, tuple[Place, ...]]
    """Prompts and seeds that a method lacks though another one has them."""


def write(site: Site, writer: Writer) -> None:
    """Write a page for every row of the leaderboard, and the pictures of the memory rules."""
    own: dict[Setup, list[Shown]] = defaultdict(list)
    for clip in site.clips:
        own[setup_of(clip.shot.entry)].append(clip)
    cards = {card.method: card for card in site.data.method_cards}
    book = Book(site, Names(site), spreads(site.shots), seed_of(site.shots), holes(site.shots))
    for row in site.rows:
        name = method_page(row.setup)
        context = method_context(book, row, own[row.setup], cards.get(row.setup.method))
        writer.page(name, "method.html", context)
        lines = own_clips.lines(site, book.names, own[row.setup])
        writer.file(_script(row.setup), own_clips.clips_script(lines))
    shown = {row.setup.method for row in site.rows}
    for method, card in cards.items():
        if card.picture and method in shown:
            writer.file(picture_file(method), card.picture)


def _script(setup: Setup) -> str:
    return method_page(setup).removesuffix("html") + "js"


def picture_file(method: str) -> str:
    """Path of the picture of a method's memory rule from the report's folder."""
    return f"method/{slug(method)}.svg"


def method_context(book: Book, row: MethodRow, clips: Sequence[Shown], card: MethodCard | None
                   ) -> dict[str, Any]:
    """Gather everything that a method's page says."""
    site, names = book.site, book.names
    rank, meaning = rank_told(site, row)
    shots = [clip.shot for clip in clips]
    return {
        **common(site.data, "../", method_page(row.setup), styles=("leaf.css",),
                 scripts=(_script(row.setup), "leaf.js")),
        "who": names.who(row.setup), "full": row.label.text, "about": " · ".join(row.label.more),
        "rank": rank, "meaning": meaning, "lead": _lead(row), "caveats": caveats(shots),
        "facts": list(facts(site, row.setup, clips)), "lines": measured(site, row),
        "panels": panels(site, row.setup, book.found), "costs": _costs(shots),
        "pairs": against(site, names, row.setup), "told_holes": row.standing.holes,
        "holes": own_clips.gaps(site, names, book.lacking.get(row.setup, ()), clips),
        "kinds": _picked(book, clips),
        "columns": [heading(column, site.tasks, site.shots) for column in site.tasks],
        "column_urls": [[site.metric_url(f"{column.axis}.{name}") for name in own_clips.QUANTITIES]
                        for column in site.tasks],
        "count": len(clips),
        "costed": any(clip.shot.entry.made_s is not None for clip in clips),
        "card": card_html(card.markdown, _without(row.setup)) if card else "",
        "picture": picture_file(row.setup.method) if card and card.picture else "",
    }


def _costs(shots: Sequence[Shot]) -> list[tuple[str, str, str]]:
    return [(number(cost.seconds), cost.device or "a device not named", count(cost.clips, "clip"))
            for cost in costs(ranked_shots(shots))]


def _lead(row: MethodRow) -> str:
    """Say in one sentence how long the method holds."""
    if row.steady is None:
        return "No steady time could be estimated."
    found = row.steady
    limits = interval(found.low, found.high, found.until)
    verb = "holds" if row.held == 1 else "hold"
    return (f"Median time to the first failure: {held(found)}" + (f" (95 %: {limits})" if limits else "")
            + f"; {row.held} of {count(row.ranked, 'clip')} {verb} to the end.")


def facts(site: Site, setup: Setup, clips: Sequence[Shown]) -> Iterator[tuple[str, str]]:
    """List who the method is, as the run and its clips tell."""
    named = (("method", setup.method), ("configuration", setup.configuration), ("backbone", setup.backbone),
             ("digest of the weights", setup.weights_digest), ("revision of the program", setup.revision))
    yield from ((name, value) for name, value in named if value)
    body = _recorded(site.data.run, setup)
    options = body.get("options")
    if isinstance(options, Mapping) and options:
        yield "options", ", ".join(f"{key}={plain(options[key])}" for key in sorted(options, key=str))
    yield from ((name, plain(body[key])) for key, name in _RECORDED.items() if body.get(key))
    devices = sorted({clip.shot.entry.device for clip in clips} - {""})
    if devices:
        yield "made on", ", ".join(devices)
    yield "clips", f"{len(clips)}" + (f", {told} long" if (told := own_clips.length_told(clips)) else "")


def _recorded(run: Mapping[str, object], setup: Setup) -> Mapping[str, object]:
    methods = run.get("methods")
    found = methods.get(row_name(setup.method, setup.configuration, setup.backbone)) if isinstance(
        methods, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _without(setup: Setup) -> tuple[str, ...]:
    """Leave out of a card how the authors' program is called, where our engine made the clips."""
    return () if setup.configuration.startswith("native") else ("Native settings",)


def _picked(book: Book, clips: Sequence[Shown]) -> tuple[Kind, ...]:
    """Pick the clips that held longest and shortest, by the rule of the page of best and worst clips."""
    metric = steady_metric()
    best, worst, _ = kinds(book.site, book.names, metric, choose(metric, clips, book.seed, _SHOWN))
    return best, worst
