"""How a method stands: its times and levels with their intervals, and every pair that it is part of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.axes import ONSET_AXES, PANELS, axis_of, style_of, title_of
from reports.gather import Column, Setup
from reports.index.cells import interval, limits
from reports.leaderboard import AxisCell, MethodRow
from reports.leaf.names import Linked, Names, Who, end_text, value_text
from reports.leaf.spread import Spreads
from reports.ranks import rank_limits
from reports.site.site import Site
from reports.survival import Survival
from reports.text import DASH, count, seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of a method's numbers."""

    anchor: str
    title: str
    style: str
    url: str
    """Card of what is measured, empty without one."""
    tag: str
    """Identity, where an axis has several."""
    median: str
    limits: str
    mean: str
    level: str
    level_limits: str
    level_url: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A headline number of a panel that ends no clip's steady time."""

    metric: str
    url: str
    median: str
    quartiles: str
    low: Linked | None
    high: Linked | None
    clips: int


@dataclass(frozen=True, slots=True)
class Against:
    """A method held against this one."""

    who: Who
    prompts: int
    longer: str
    """By how many seconds this one's mean time is longer, empty without both."""
    p: str
    p_holm: str
    kind: str
    """``better``, ``worse`` or ``tie``, from this method's side."""


def rank_told(site: Site, row: MethodRow) -> tuple[str, str]:
    """Say where a method stands, and what that means or why it has no rank."""
    standing = row.standing
    fit = [other.setup for other in site.standings.rows if other.rank is not None]
    if standing.rank is None:
        refused = site.standings.refusals
        return "No rank", "; ".join(refused) if site.standings.mixtures else standing.unranked
    others = sum(other.rank == standing.rank for other in site.standings.rows) - 1
    if others:
        whom = f"all {others} others" if others > 1 and others == len(fit) - 1 else count(others, "other")
        place = f"Shares rank {standing.rank} of {len(fit)} with {whom}"
    else:
        place = f"Rank {standing.rank} of {len(fit)}"
    low, high = rank_limits(fit, site.standings.comparisons)[row.setup]
    if not any(pair.apart for pair in site.standings.comparisons):
        return place, f"No two methods are told apart, so that any rank from 1 to {len(fit)} is possible."
    could = f"its rank lies between {low} and {high}" if low < high else "no other rank is possible"
    return place, f"Group {standing.group}; {could}, by the pairs that are told apart."


def measured(site: Site, row: MethodRow) -> tuple[Measured, ...]:
    """Make a line for the steady time and one for each axis and identity."""
    axes = [column.axis for column in site.tasks]
    return (_steady(row), *(
        _axis(site, column, cell, row.standing.axes.get(column), twins=axes.count(column.axis) > 1,
              again=column.axis in axes[:i])
        for i, (column, cell) in enumerate(zip(site.tasks, row.cells, strict=True))))


def _steady(row: MethodRow) -> Measured:
    notes = [f"{row.held} of {count(row.ranked, 'clip')} held"]
    notes += [f"{row.short} held but short"] if row.short else []
    notes += [f"{row.moved} ended by the camera"] if row.moved else []
    notes += [f"{row.untold} cannot be told"] if row.untold else []
    notes += [row.steady.why] if row.steady and row.steady.why else []
    notes += [f"not pooled: {mixture.told}" for mixture in row.standing.mixed]
    return Measured("steady", "Steady time", "any", "", "", *_time(row.steady), DASH, "", "", tuple(notes))


def _axis(site: Site, column: Column, cell: AxisCell, found: Survival | None, *, twins: bool, again: bool
          ) -> Measured:
    notes = [f"{cell.held} held"] if found else []
    notes += [f"{cell.cut} cut short by another failure"] if cell.cut else []
    notes += [f"{cell.silent} without an onset"] if cell.silent else []
    mean = cell.level.mean if cell.level else None
    for struck in cell.level.struck if cell.level else ():
        came = _rival(struck.rival)
        notes += [f"level not credited in {count(struck.clips, 'clip')}, since {came} came first"]
    anchor = f"{column.axis}-{column.identity[:6]}" if again else column.axis
    return Measured(anchor, title_of(column.axis), style_of(column.axis),
                    site.metric_url(f"{column.axis}.onset"), column.identity if twins else "", *_time(found),
                    f"{mean.value:.2f}" if mean else DASH, limits(mean) if mean else "",
                    site.metric_url(f"{column.axis}.late"), tuple(notes))


def _rival(axis: str) -> str:
    return "motion of the camera" if axis == "premise" else title_of(axis).lower()


def _time(found: Survival | None) -> tuple[str, str, str]:
    """Write median, its limits and the mean of a time."""
    if found is None:
        return DASH, "", ""
    median = seconds(found.seconds) if found.reached else f"> {seconds(found.until)}"
    mean = "" if found.mean is None else seconds(found.mean)
    if limits := interval(found.mean_low, found.mean_high, found.horizon):
        mean += f" ({limits})"
    return median, interval(found.low, found.high, found.until), mean


def panels(site: Site, setup: Setup, found: Spreads) -> Mapping[str, tuple[Panel, ...]]:
    """Gather the numbers of published panels and the headlines of others, by axis; empty without any."""
    lines: dict[str, list[Panel]] = {}
    headline = {one.id: one.unit for one in site.data.quantities
                if one.headline or axis_of(one.id) in PANELS}
    for (metric, _), by in found.items():
        if metric not in headline or axis_of(metric) in ONSET_AXES or setup not in by:
            continue
        spread, unit = by[setup], headline[metric]
        median, quartiles = DASH, ""
        if spread.quartiles is not None:
            left, median, right = (value_text(value, spread, unit) for value in spread.quartiles)
            quartiles = f"{left} to {right}"
        ends = [Linked(end_text(end, unit), site.clip_url(end.key)) if end else None
                for end in (spread.low, spread.high)]
        lines.setdefault(axis_of(metric), []).append(
            Panel(metric, site.metric_url(metric), median, quartiles, ends[0], ends[1], spread.clips))
    return {axis: tuple(own) for axis, own in lines.items()}


def against(site: Site, names: Names, setup: Setup) -> tuple[Against, ...]:
    """Hold a method against every other that could be ranked, as the leaderboard did."""
    place = {row.setup: i for i, row in enumerate(site.rows)}
    means = {row.setup: row.steady.mean if row.steady else None for row in site.rows}
    own = [(pair.second, pair.lead, pair) for pair in site.standings.comparisons if pair.first == setup]
    own += [(pair.first, -pair.lead, pair) for pair in site.standings.comparisons if pair.second == setup]
    return tuple(
        Against(names.who(other), pair.prompts, _longer(means[setup], means[other]), p_text(pair.p),
                p_text(pair.p_holm),
                "tie" if not pair.apart else "better" if lead > 0 else "worse")
        for other, lead, pair in sorted(own, key=lambda found: place[found[0]]))


def _longer(own: float | None, other: float | None) -> str:
    """Write a difference of means in seconds with its sign."""
    if own is None or other is None:
        return DASH
    text = f"{own - other:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "\N{MINUS SIGN}")


def p_text(p: float) -> str:
    """Write a p value with three decimals, small ones as a bound."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
