"""``steady_seconds.csv`` and ``comparisons.csv``: the standings for those who go on calculating."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from reports.axes import TASK_AXES
from reports.checks import check
from reports.csvtext import csv_text
from reports.files import write_atomic
from reports.gather import Setup, Shot, columns, shots
from reports.labels import labels
from reports.leaderboard import task_columns
from reports.model import ReportInput
from reports.standings import Standing, Standings, standings
from reports.survival import Survival

STEADY_FILE, COMPARISONS_FILE = "steady_seconds.csv", "comparisons.csv"
ANY = "any"
"""The axis of a clip's first failure, whatever it is, or of the first motion of its camera."""
STEADY_COLUMNS = (
    "method", "backbone", "configuration", "weights_digest", "revision", "axis", "clips", "prompts", "events",
    "median_s", "median_low_s", "median_high_s", "rmst_s", "rmst_low_s", "rmst_high_s", "horizon_s", "rank",
    "tie_group", "note",
)
COMPARISON_COLUMNS = (
    "method_a", "method_b", "prompts", "rmst_difference_s", "statistic", "p", "p_holm", "p_clips",
)
_BEYOND = "> "


def standings_of(data: ReportInput) -> Standings:
    """Work out the standings of a report's methods; identities are taken from its run."""
    return _standings_of(data, shots(data))


def _standings_of(data: ReportInput, found: Sequence[Shot]) -> Standings:
    known = data.run.get("identities")
    return standings(found, task_columns(columns(found)), known if isinstance(known, Mapping) else {})


def write(data: ReportInput, out: Path) -> Standings:
    """Write both tables into ``out`` and return what they hold; equal input gives equal bytes.

    Times are seconds; ``> 30`` stands for one beyond what was seen, and an empty cell for none, with the
    reason in ``note``. Without a named method the tables hold their heads only. Raises ``ValueError`` that
    lists what is wrong with the input, ``OSError`` where a file cannot be written.
    """
    check(data)
    clips = shots(data)
    found = _standings_of(data, clips)
    write_atomic(out / STEADY_FILE, csv_text(STEADY_COLUMNS, _steady_rows(found)))
    names = {setup: label.text for setup, label in labels(clips).items()}
    write_atomic(out / COMPARISONS_FILE, csv_text(COMPARISON_COLUMNS, _pairs(found, names)))
    return found


def _steady_rows(found: Standings) -> Iterator[list[str]]:
    for row in found.rows:
        rank = "" if row.rank is None else str(row.rank)
        yield _row(row, ANY, row.steady, (rank, row.group), _notes(row))
        for axis in TASK_AXES:
            own = [one for column, one in row.axes.items() if column.axis == axis and one is not None]
            yield _row(row, axis, own[0] if len(own) == 1 and not row.mixed else None, ("", ""), _mixed(row))


def _mixed(row: Standing) -> list[str]:
    return [mixture.told for mixture in row.mixed]


def _notes(row: Standing) -> list[str]:
    return [*_mixed(row), *([f"no rank: {row.unranked}"] if row.unranked else [])]


def _row(row: Standing, axis: str, one: Survival | None, place: tuple[str, str], notes: Sequence[str]
         ) -> list[str]:
    setup = row.setup
    name = [setup.method, setup.backbone, setup.configuration, setup.weights_digest, setup.revision, axis]
    if one is None:
        told = list(notes) or ["no clip has a time"]
        return [*name, str(row.clips), *[""] * 9, *place, "; ".join(told)]
    figures = (one.seconds, one.low, one.high, one.mean, one.mean_low, one.mean_high)
    why = [one.why] if one.why and not any(one.why in note for note in notes) else []
    return [*name, str(one.clips), str(one.prompts), str(one.events),
            *(_seconds(figure, one.until) for figure in figures), _seconds(one.horizon, one.until), *place,
            "; ".join([*why, *notes])]


def _seconds(value: float | None, until: float) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if math.isfinite(value) else f"{_BEYOND}{until:.10g}"


def _figure(value: float) -> str:
    return f"{value:.10g}"


def _pairs(found: Standings, names: Mapping[Setup, str]) -> Iterator[list[str]]:
    means = {row.setup: row.steady.mean for row in found.rows if row.steady}
    for pair in found.comparisons:
        ahead, behind = means[pair.first], means[pair.second]
        apart = "" if ahead is None or behind is None else f"{ahead - behind:.10g}"
        figures = (pair.statistic, pair.p, pair.p_holm, pair.p_clips)
        yield [names[pair.first], names[pair.second], str(pair.prompts), apart, *map(_figure, figures)]
