"""What scripts of all pages share: titles of axes; meaning, unit, arrow and card of each number."""

from __future__ import annotations

from reports.axes import PANELS, WORDS
from reports.script import assign
from reports.site.site import Site
from reports.text import ARROWS


def legend(site: Site) -> str:
    """Write ``assets/legend.js``."""
    cards = sorted(site.data.quantities, key=lambda card: card.id)
    return assign("steadybenchLegend", {
        "axes": {axis: words.title for axis, words in WORDS.items()} | PANELS,
        "quantities": {
            card.id: [card.meaning, "" if card.unit == "1" else card.unit, ARROWS.get(card.direction, ""),
                      site.metric_url(card.id)]
            for card in cards
        },
    })
