"""Feeds the rank table: one row a method, one family of columns an axis, a panel or the cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.axes import PREMISE
from reports.gather import Column, Setup, Shot, setup_of
from reports.index import contests
from reports.index.cells import Book, Cell, Family, Head, interval, limits, share_range, time_cell
from reports.index.contests import NONE, Contest
from reports.index.extras import cost, cost_told, panels
from reports.index.names import Named
from reports.index.panel import panel
from reports.leaderboard import AxisCell, MethodRow
from reports.levels import Level
from reports.pages import heading
from reports.ranks import rank_limits
from reports.seeds import mean_time, noise_floor
from reports.site.site import Site
from reports.standings import Standing
from reports.survival import Survival, Time
from reports.text import DASH, count, seconds
from reports.verdict import onset_time, steady_time

_WHY = {
    ("drift", "stagnation"): "frozen before drift could show",
    ("stagnation", "drift"): "drifted first",
}
_WHY_MOVED = "with a camera that moved first"


def table(book: Book) -> dict[str, Any]:
    """Gather everything that the rank table says; without methods there is none."""
    site = book.site
    if not site.rows:
        return {"rows": [], "families": [], "refusals": ()}
    found = panel(book.shots)
    families = [_steady(book), *(_axis(book, i, column) for i, column in enumerate(site.tasks)),
                *panels(book, found), *cost(book)]
    times = {row.steady.horizon for row in site.rows if row.steady}
    horizon = seconds(*times) if len(times) == 1 else "its horizon"
    return {
        "families": families, "rows": _rows(site, book.names), "refusals": site.standings.refusals,
        "horizon": horizon.replace(" ", "\N{NO-BREAK SPACE}"),
        "remarks": [told for told in (_seeds_told(site.shots), cost_told(book), found.why) if told],
    }


def _rows(site: Site, names: Mapping[Setup, Named]) -> list[dict[str, Any]]:
    fit = [row.setup for row in contests.ranked(site.rows)]
    open_to = rank_limits(fit, site.standings.comparisons)
    return [{
        "named": names[row.setup],
        "rank": _rank(row.standing, open_to.get(row.setup), refused=bool(site.standings.mixtures)),
        "apart": row.setup in open_to and open_to[row.setup] != (1, len(fit)),
        "clips": str(row.clips) if row.ranked == row.clips else f"{row.ranked} of {row.clips}",
        "ranked": row.ranked,
        "counts": list(filter(None, (count(row.prompts, "prompt") if row.prompts else "", *_left_out(row)))),
    } for row in site.rows]


def _left_out(row: MethodRow) -> Iterator[str]:
    yield f"{row.excepted} not fixed" if row.excepted else ""
    yield f"{row.unmeasured} unmeasured" if row.unmeasured else ""


def _rank(standing: Standing, limits: tuple[int, int] | None, *, refused: bool) -> dict[str, Any]:
    if standing.rank is None or limits is None:
        why = "" if refused else standing.unranked
        return {"text": DASH, "group": "", "limits": "", "why": why, "sort": ""}
    low, high = limits
    return {"text": str(standing.rank), "group": standing.group, "why": "", "sort": standing.rank,
            "limits": f"{low} to {high}" if low < high else f"{low}"}


def _steady(book: Book) -> Family:
    contest = contests.steady(book.rows, book.site.standings)
    head = Head("steady", "median", "median time to the first failure of any axis or motion of the camera; "
                "higher is better", "↑", apart=contest.told)
    return Family("Steady seconds", "any", (head,),
                  tuple((_steady_cell(book, row, contest),) for row in book.rows))


def _steady_cell(book: Book, row: MethodRow, contest: Contest) -> Cell:
    url = book.url(row.setup, "values")
    if row.steady is None:
        told = [f"{mixture.field} differs" for mixture in row.standing.mixed]
        return Cell(DASH, more=tuple(told or ["axes incomplete" if row.ranked else "none ranked"]), url=url)
    times = [(s.entry.prompt_id, s.entry.seed, time) for s in book.shots[row.setup]
             if (time := steady_time(s)) is not None]
    more = (*_mean(row.steady), _time_noise(times, row.steady.horizon),
            f"{row.held} of {row.steady.clips} held",
            f"{row.short} held but short" if row.short else "",
            f"{row.moved} ended by the camera" if row.moved else "",
            f"{row.untold} cannot be told" if row.untold else "")
    return time_cell(row.steady, more, contest.letters.get(row.setup, ""), url)


def _mean(found: Survival) -> tuple[str, ...]:
    if found.mean is None:
        return ()
    return f"mean {seconds(found.mean)}", interval(found.mean_low, found.mean_high, found.horizon)


def _time_noise(times: Sequence[tuple[str, int | None, Time]], horizon: float) -> str:
    noise = noise_floor(times, lambda own: mean_time(own, horizon))
    return "" if noise is None else f"seed ± {noise:.1f} s"


def _axis(book: Book, place: int, column: Column) -> Family:
    site = book.site
    about = heading(column, site.tasks, site.shots)
    by_onset = (contests.onsets(site.rows, site.shots, place, column, site.standings.horizon)
                if site.standings.comparisons else NONE)
    by_level = contests.levels(site.rows, place)
    key = column.axis if not about["tag"] else f"{column.axis}-{about['tag']}"
    heads = (
        Head(f"{key}.onset", "onset", f"median second of the failure; {about['onset_hint']}",
             about["onset_arrow"], site.metric_url(f"{column.axis}.onset"), apart=by_onset.told),
        Head(f"{key}.late", "late", "mean level of the last part, 0 best, from 0.5 on failed; "
             f"{about['late_hint']}", about["late_arrow"], site.metric_url(f"{column.axis}.late"),
             apart=by_level.told),
    )
    cells = tuple((_onset(book, row, row.cells[place], column, by_onset),
                   _level(book, row, row.cells[place], column, by_level)) for row in site.rows)
    return Family(about["title"], about["style"], heads, cells, about["tag"], site.metric_url(column.axis))


def _onset(book: Book, row: MethodRow, cell: AxisCell, column: Column, contest: Contest) -> Cell:
    url = book.url(row.setup, column.axis)
    extra = [f"{cell.cut} cut short" if cell.cut else "", f"{cell.silent} unread" if cell.silent else ""]
    if cell.onset is None:
        return Cell(DASH, more=tuple(filter(None, extra)) or ("none ranked",), url=url)
    times = [(s.entry.prompt_id, s.entry.seed, time) for s in book.shots[row.setup]
             if (time := onset_time(s, column)) is not None]
    more = (_time_noise(times, cell.onset.horizon), f"{cell.held} of {cell.onset.clips} held", *extra)
    return time_cell(cell.onset, more, contest.letters.get(row.setup, ""), url)


def _level(book: Book, row: MethodRow, cell: AxisCell, column: Column, contest: Contest) -> Cell:
    url = book.url(row.setup, column.axis)
    level = cell.level
    if level is None:
        return Cell(DASH, more=("lengths differ",), url=url)
    struck = tuple(_struck(level, column.axis))
    if level.mean is None:
        more = () if struck else ("not measured",)
        return Cell(DASH, more=more, letter=contest.letters.get(row.setup, ""), struck=struck, url=url)
    noise = noise_floor(level.values, lambda own: sum(own) / len(own))
    told = [limits(level.mean), f"seed ± {noise:.2f}" if noise is not None else ""]
    return Cell(f"{level.mean.value:.2f}", round(level.mean.value, 6), tuple(filter(None, told)),
                contest.letters.get(row.setup, ""), share_range(level.mean), struck, url)


def _struck(level: Level, axis: str) -> Iterator[tuple[str, str]]:
    total = level.clips + sum(part.clips for part in level.struck)
    for part in level.struck:
        why = _WHY_MOVED if part.rival == PREMISE else _WHY[axis, part.rival]
        yield f"{part.mean:.2f}", f"{part.clips} of {total} {why}"


def _seeds_told(shots: Sequence[Shot]) -> str:
    """Say whether there is a noise floor at all."""
    seen: dict[tuple[Setup, str], set[int]] = {}
    for shot in shots:
        if shot.entry.seed is not None and shot.entry.prompt_id:
            seen.setdefault((setup_of(shot.entry), shot.entry.prompt_id), set()).add(shot.entry.seed)
    if any(len(seeds) > 1 for seeds in seen.values()):
        return ("“Seed ±” is the noise floor: how far a mean typically moves between two seeds on the same "
                "prompts. A difference between methods that is not larger may be the seed's.")
    return "One seed a prompt: no noise floor can be told. Differences between methods may be the seed's."
