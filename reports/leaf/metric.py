"""Writes ``metric/<axis>.html``: what a measurement is, how it ran here, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.axes import TASK_AXES, axis_of, style_of, title_of
from reports.gather import Setup
from reports.labels import caveats
from reports.leaf.identities import identities_of
from reports.leaf.markdown import card_html
from reports.leaf.names import Linked, Names, Who, end_text, setups, value_text
from reports.leaf.spread import Spread, Spreads, placed, span, spreads
from reports.model import MetricCard, QuantityCard
from reports.pages import common
from reports.site.site import Site
from reports.text import ARROW_WORDS, ARROWS, DASH
from reports.urls import metric_page, slug
from reports.writer import Writer

_SHOWN_ABOVE = ("Numbers",)
"""Sections of a card that the page says itself, with what was found."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box plot, all in percent of its width."""

    low: float
    left: float
    middle: float
    right: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One method's values of one quantity."""

    who: Who
    median: str
    quartiles: str
    box: Box | None
    low: Linked | None
    high: Linked | None
    clips: int
    rest: str
    """Clips without a value, and those whose value earns nothing."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A quantity with its values under one identity."""

    identity: str
    """Empty where there is only one."""
    rows: tuple[Row | None, ...]
    """One a method, None for one without this quantity."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number: what it means, and what was found."""

    id: str
    anchor: str
    arrow: str
    direction: str
    unit: str
    bounds: str
    meaning: str
    curve: bool
    found: tuple[Numbers, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What every measurement's page is made from."""

    site: Site
    names: Names
    found: Spreads
    order: tuple[Setup, ...]
    """The methods in the order of the leaderboard."""


def write(site: Site, writer: Writer) -> None:
    """Write a page for every measurement that has a card."""
    book = Book(site, Names(site), spreads(site.shots), setups(site))
    for card in {card.name: card for card in site.cards.values()}.values():
        writer.page(metric_page(card.name), "metric.html", metric_context(book, card))


def metric_context(book: Book, card: MetricCard) -> dict[str, Any]:
    """Gather everything that a measurement's page says."""
    axes, site = (card.name, *card.also), book.site
    quantities = [_quantity(book, one) for one in _declared(site, axes, book.found)]
    headline = {one.id for one in site.data.quantities if one.headline}
    return {
        **common(site.data, "../", metric_page(card.name), styles=("leaf.css",)),
        "name": card.name, "heading": title_of(card.name), "style": style_of(card.name), "lead": card.title,
        "caveats": caveats(site.shots), "buyable": card.name in TASK_AXES,
        "identities": identities_of(card.name, site.shots, site.data.run),
        "methods": [book.names.who(setup) for setup in book.order],
        "headlines": [one for one in quantities if one.id in headline],
        "others": [one for one in quantities if one.id not in headline],
        "card": card_html(card.markdown, (*_SHOWN_ABOVE, card.title)),
    }


def _declared(site: Site, axes: Sequence[str], found: Spreads) -> list[QuantityCard]:
    """The quantities of these axes: as declared, then those that only the results know."""
    declared = [one for one in site.data.quantities if axis_of(one.id) in axes]
    known = {one.id for one in declared}
    others = dict.fromkeys(metric for metric, _ in found if axis_of(metric) in axes and metric not in known)
    return [*declared, *(QuantityCard(metric, "", "none", "", False, False) for metric in others)]


def _quantity(book: Book, one: QuantityCard) -> Quantity:
    keys = [key for key in book.found if key[0] == one.id]
    numbers = []
    for key in keys:
        of = book.found[key]
        scale = span(list(of.values()))
        rows = tuple(_row(book, setup, of[setup], one.unit, scale) if setup in of else None
                     for setup in book.order)
        numbers.append(Numbers(key[1] if len(keys) > 1 else "", rows))
    meaning = f"{one.meaning} Exists when: {one.valid_when}" if one.valid_when else one.meaning
    return Quantity(one.id, slug(one.id), ARROWS.get(one.direction, ""), ARROW_WORDS.get(one.direction, ""),
                    "" if one.unit == "1" else one.unit, one.bounds, meaning, one.curve, tuple(numbers))


def _row(book: Book, setup: Setup, spread: Spread, unit: str, scale: tuple[float, float]) -> Row:
    median, quartiles, box = DASH, "", None
    if spread.quartiles is not None:
        left, middle, right = (value_text(value, spread, unit) for value in spread.quartiles)
        median, quartiles = middle, left if left == right else f"{left} to {right}"
        box = _box(spread, scale)
    return Row(book.names.who(setup), median, quartiles, box, _end(book.site, spread, unit, low=True),
               _end(book.site, spread, unit, low=False), spread.clips, _rest(spread))


def _box(spread: Spread, scale: tuple[float, float]) -> Box | None:
    if spread.quartiles is None or spread.low is None or spread.high is None or scale[0] == scale[1]:
        return None
    left, middle, right = (placed(value, scale) for value in spread.quartiles)
    return Box(placed(spread.low.value, scale), left, middle, right, placed(spread.high.value, scale))


def _end(site: Site, spread: Spread, unit: str, *, low: bool) -> Linked | None:
    end = spread.low if low else spread.high
    return Linked(end_text(end, unit), site.clip_url(end.key)) if end else None


def _rest(spread: Spread) -> str:
    told = (
        f"{spread.held} held" if spread.held else "",
        f"{spread.struck} not credited" if spread.struck else "",
        f"{spread.abstained} abstained" if spread.abstained else "",
        f"{spread.failed} failed" if spread.failed else "",
    )
    return ", ".join(filter(None, told))
