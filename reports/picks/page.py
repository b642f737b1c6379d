"""Writes ``picks.html``: best, worst and random clips of each metric, and the rule that chose them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.axes import TASK_AXES, axis_of, style_of, title_of
from reports.gather import setup_of
from reports.labels import caveats
from reports.leaf.names import Names, Who
from reports.pages import Shown, common
from reports.picks.choose import SHOWN, Metric, Pick, Picks, choose, metrics_of, seed_of
from reports.site.site import Site
from reports.text import ARROW_WORDS, ARROWS, count, figure
from reports.urls import slug
from reports.video import STILLS
from reports.writer import Writer

NAMES = {"onset": "time to the failure", "late": "late level"}


@dataclass(frozen=True, slots=True)
class Card:
    """A picked clip as the page shows it."""

    clip: Shown
    who: Who
    name: str
    url: str
    value: str
    struck: bool
    why: str
    """Why its number earns nothing, empty if it does."""

    @property
    def width(self) -> int:
        """Width of the filmstrip where it is 100 pixels high, so that the page keeps its place free."""
        media = self.clip.media
        return round(STILLS * 100 * media.width / media.height) if media.height else 0


@dataclass(frozen=True, slots=True)
class Kind:
    """The best, the worst or the random clips."""

    title: str
    cards: tuple[Card, ...]
    note: str
    """What a reader must know of this choice."""


def write(site: Site, writer: Writer) -> None:
    """Write the page."""
    writer.page("picks.html", "picks.html", picks_context(site))


def picks_context(site: Site) -> dict[str, Any]:
    """Gather everything that the page says."""
    shots = site.shots
    seed = seed_of(shots)
    metrics = metrics_of(site.data.quantities, shots)
    twins = Counter(metric.id for metric in metrics)
    parts = [(metric, choose(metric, site.clips, seed)) for metric in metrics]
    names = Names(site)
    return {
        **common(site.data, "", "picks.html", styles=("leaf.css",)),
        "caveats": caveats(shots), "seed": seed[:12], "shown": SHOWN, "clips": count(len(shots), "clip"),
        "metrics": [_part(site, names, metric, found, tagged=twins[metric.id] > 1)
                    for metric, found in parts if found.clips],
        "empty": [metric.id for metric, found in parts if not found.clips],
    }


def _part(site: Site, names: Names, metric: Metric, found: Picks, *, tagged: bool) -> dict[str, Any]:
    axis = axis_of(metric.id)
    direction = "higher" if metric.higher else "lower"
    light = metric.id != "steady" and axis not in ("premise", *TASK_AXES)
    return {
        "id": slug(metric.id) + (f"-{metric.identity[:6]}" if tagged else ""),
        "title": _title(metric), "code": "" if metric.id == "steady" else metric.id, "style": style_of(axis),
        "tag": metric.identity if tagged else "", "url": site.metric_url(metric.id),
        "arrow": ARROWS[direction], "hint": ARROW_WORDS[direction], "light": light,
        "clips": count(found.clips, "clip"), "kinds": kinds(site, names, metric, found),
        "over": _cards(site, names, metric, found.passed_over),
    }


def _title(metric: Metric) -> str:
    if metric.id == "steady":
        return "Steady time"
    axis, _, quantity = metric.id.partition(".")
    return f"{title_of(axis)}: {NAMES.get(quantity, quantity.replace('_', ' '))}"


def kinds(site: Site, names: Names, metric: Metric, found: Picks) -> tuple[Kind, Kind, Kind]:
    """Sort the picked clips by why they were picked, with a note where there are none."""
    return (Kind("Best", _cards(site, names, metric, found.best), _tied(found)),
            Kind("Worst", _cards(site, names, metric, found.worst), _few(metric, found)),
            Kind("Random", _cards(site, names, metric, found.random), ""))


def _tied(found: Picks) -> str:
    if found.clips == 1:
        return "One clip alone is not called the best."
    if not found.best:
        return "All clips have the same number." if found.alike else "No number is credited."
    return f"{found.tied} clips share this value; the draw chose." if found.tied > len(found.best) else ""


def _few(metric: Metric, found: Picks) -> str:
    if found.worst:
        return ""
    if found.clips == 1:
        return "One clip alone is not called the worst."
    return "No clip failed." if metric.timed and not found.failed else "All clips have the same number."


def _cards(site: Site, names: Names, metric: Metric, picks: Sequence[Pick]) -> tuple[Card, ...]:
    return tuple(_card(site, names, metric, pick) for pick in picks)


def _card(site: Site, names: Names, metric: Metric, pick: Pick) -> Card:
    text = figure(pick.value, "s" if metric.timed else "") + (" s" if metric.timed else _unit(site, metric))
    method = names.who(setup_of(pick.clip.shot.entry))
    return Card(pick.clip, method, names.clip(pick.clip), site.clip_url(pick.key),
                f"held {text}" if pick.bound else text, bool(pick.why), pick.why)


def _unit(site: Site, metric: Metric) -> str:
    unit = next((one.unit for one in site.data.quantities if one.id == metric.id), "")
    return "" if unit in ("", "1") or unit.startswith("level") else f" {unit}"
