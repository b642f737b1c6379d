"""What scripts of all pages share: titles of axes; meaning, unit, arrow and card of each number."""

from __future__ import annotations

from reports.axes import PANELS, WORDS
from reports.model import ReportInput
from reports.script import assign
from reports.site.site import Site
from reports.text import ARROWS, words


def legend(site: Site) -> str:
    """Write ``assets/legend.js``."""
    declared = {card.id: (card.meaning, card.unit, card.direction) for card in site.data.quantities}
    return assign("steadybenchLegend", {
        "axes": {axis: told.title for axis, told in WORDS.items()} | PANELS,
        "quantities": {
            metric: [meaning, "" if unit == "1" else unit, ARROWS.get(direction, ""), site.metric_url(metric)]
            for metric, (meaning, unit, direction) in sorted((_found(site.data) | declared).items())
        },
    })


def _found(data: ReportInput) -> dict[str, tuple[str, str, str]]:
    """Quantities that were measured, without a meaning; what is declared tells more."""
    if data.results.empty:
        return {}
    rows = data.results[["metric", "unit", "direction"]].drop_duplicates("metric")
    return {metric: ("", words(unit), words(direction))
            for metric, unit, direction in rows.itertuples(index=False, name=None)}
