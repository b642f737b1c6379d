"""The tables for those who go on calculating: plain rows with documented columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reports.axes import TASK_AXES
from reports.exports.measure import STEADY, Estimate, Measure
from reports.exports.sheet import Sheet
from reports.gather import Setup
from reports.leaderboard import MethodRow
from reports.text import listing

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Field:
    """A column: what kind of value it holds, and its meaning."""

    kind: Literal["text", "count", "number", "flag"]
    meaning: str


def _text(meaning: str) -> Field:
    return Field("text", meaning)


def _count(meaning: str) -> Field:
    return Field("count", meaning)


def _number(meaning: str) -> Field:
    return Field("number", meaning)


def _flag(meaning: str) -> Field:
    return Field("flag", meaning)


def _seconds(what: str) -> Field:
    return Field("number", f"{what}, seconds; empty where it lies beyond what was seen, or there is none.")


def _above(what: str) -> Field:
    return Field("number", f"{what} lies beyond so many seconds; empty where it does not.")


_WHO = {
    "label": _text("What the row is called in the report."),
    "method": _text("Name of the method."),
    "configuration": _text("Its configuration, such as native."),
    "backbone": _text("Network that it runs on, empty where nobody said."),
    "weights_digest": _text("SHA-256 of the weights, empty where nobody said."),
    "revision": _text("Version of the program that made the clips, empty where nobody said."),
}


def _of_axis(axis: str) -> dict[str, Field]:
    """Columns of one axis in the leaderboard."""
    return {
        f"{axis}_onset_median_s": _seconds(f"Median time to the failure of {axis}"),
        f"{axis}_onset_median_above_s": _above("That median"),
        f"{axis}_late_level": _number(f"Mean late level of {axis} over credited clips, 0 (best) to 1."),
        f"{axis}_late_level_low": _number("Its lower limit at 95 %."),
        f"{axis}_late_level_high": _number("Its upper limit at 95 %."),
        f"{axis}_late_struck_clips": _count("Clips whose late level is not credited and left out."),
    }


LEADERBOARD = {
    **_WHO,
    "rank": _count("1 is best; methods that cannot be told apart share it; empty for one without a rank."),
    "rank_best": _count("Best rank that it can have: one more than the methods told apart as better."),
    "rank_worst": _count("Worst rank that it can have: before all methods told apart as worse."),
    "tie_group": _text("Letter of the methods that share the rank."),
    "clips": _count("Clips of the method."),
    "clips_counted": _count("Of these, clips that count: measured, camera meant to be fixed."),
    "prompts": _count("Distinct prompts named by the clips that count."),
    "clips_failed": _count("Clips with a failure, or a moving camera, before the horizon."),
    "steady_median_s": _seconds("Steady seconds: median time to the first failure"),
    "steady_median_above_s": _above("That median"),
    "steady_median_low_s": _seconds("Lower limit of the median at 95 %"),
    "steady_median_low_above_s": _above("That limit"),
    "steady_median_high_s": _seconds("Upper limit of the median at 95 %"),
    "steady_median_high_above_s": _above("That limit"),
    "steady_mean_s": _number("Mean time to the first failure, cut at the horizon, seconds."),
    "steady_mean_low_s": _number("Its lower limit at 95 %."),
    "steady_mean_high_s": _number("Its upper limit at 95 %."),
    "horizon_s": _number("Seconds to which the mean is restricted."),
    **{name: field for axis in TASK_AXES for name, field in _of_axis(axis).items()},
    "making_s_per_video_s": _number("Seconds of making for a second of video, median over clips; empty where "
                                    "nobody said, or several devices were used."),
    "device": _text("What the clips were made on; several are joined by a semicolon."),
    "identities": _text("Digest of the measurement identity of each axis, as axis=digest."),
    "notes": _text("Why there is no rank, no interval or no number."),
}
"""Columns of the leaderboard; one row a method."""

QUANTITIES = {
    **_WHO,
    "axis": _text("steady, drift, stagnation, hardening, or the name of a panel."),
    "quantity": _text("seconds, onset, late, or a panel's quantity."),
    "identity": _text("Digest of the measurement identity; numbers under different ones do not compare."),
    "statistic": _text("median or mean over the clips."),
    "unit": _text("Unit of value and limits: s is seconds, empty is a level from 0 to 1 or a plain number."),
    "direction": _text("higher or lower is better, or none."),
    "value": _number("The number; empty where it lies beyond what was seen, or there is none."),
    "value_above": _number("The number lies beyond this; empty where it does not."),
    "low": _number("Lower limit at 95 %; empty where there is none or it lies beyond."),
    "low_above": _number("The lower limit lies beyond this."),
    "high": _number("Upper limit at 95 %; empty where there is none or it lies beyond."),
    "high_above": _number("The upper limit lies beyond this."),
    "clips": _count("Clips behind the number."),
    "prompts": _count("Distinct prompts behind it."),
    "events": _count("Of a time: clips in which it happened."),
    "struck_clips": _count("Clips whose number is not credited and left out."),
    "silent_clips": _count("Clips that count in the leaderboard but have no number here."),
    "best": _flag("Whether the method is in the best group of this column, told apart from all others."),
    "note": _text("Why there is no number or no interval."),
}
"""Columns of the long table; one row a method, quantity, statistic and identity."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with documented columns."""

    name: str
    columns: Mapping[str, Field]
    rows: tuple[Row, ...]


def tables(found: Sheet) -> tuple[Table, Table]:
    """Lay out the leaderboard and the long table of all quantities."""
    return (Table("leaderboard", LEADERBOARD, tuple(_leaderboard(found, row) for row in found.rows)),
            Table("quantities", QUANTITIES, tuple(_quantities(found))))


def _who(row: MethodRow) -> Row:
    setup = row.setup
    return {"label": row.label.text, "method": setup.method, "configuration": setup.configuration,
            "backbone": setup.backbone, "weights_digest": setup.weights_digest, "revision": setup.revision}


def _leaderboard(found: Sheet, row: MethodRow) -> Row:
    limits = found.rank_limits.get(row.setup)
    steady = row.steady
    median, mean = (found.of(f"{STEADY}.seconds", statistic)[0].cells.get(row.setup)
                    for statistic in ("median", "mean"))
    devices = found.costs[row.setup]
    axes: Row = {}
    for axis in TASK_AXES:
        axes |= _axis(found, row.setup, axis)
    return {
        **_who(row),
        "rank": row.standing.rank,
        "rank_best": limits[0] if limits else None, "rank_worst": limits[1] if limits else None,
        "tie_group": row.standing.group,
        "clips": row.clips, "clips_counted": row.ranked, "prompts": row.prompts,
        "clips_failed": steady.events if steady else None,
        **_time("steady_median", "_s", median),
        "steady_mean_s": mean.value if mean else None,
        "steady_mean_low_s": mean.low if mean else None, "steady_mean_high_s": mean.high if mean else None,
        "horizon_s": steady.horizon if steady else None,
        **axes,
        "making_s_per_video_s": devices[0].seconds if len(devices) == 1 else None,
        "device": "; ".join(cost.device for cost in devices),
        "identities": "; ".join(f"{axis}={digest}" for axis, digest in identities(found)),
        "notes": "; ".join(notes(row)),
    }


def identities(found: Sheet) -> list[tuple[str, str]]:
    """List the measurement identities behind a sheet: axis and digest, each once."""
    pairs = {(m.axis, m.identity): None for m in found.measures if m.identity}
    return list(pairs)


def notes(row: MethodRow) -> list[str]:
    """Say what a method lacks: pooling, rank, interval."""
    standing = row.standing
    told = [mixture.told for mixture in standing.mixed]
    told += [f"no rank: {standing.unranked}"] if standing.unranked else []
    why = row.steady.why if row.steady else ""
    return told + ([why] if why and why not in standing.unranked else [])


def _time(name: str, unit: str, one: Estimate | None) -> Row:
    """Spread a time and its limits over columns, each with one for what lies beyond."""
    parts = (("", one.value if one else None), ("_low", one.low if one else None),
             ("_high", one.high if one else None))
    found: Row = {}
    for part, value in parts:
        found[f"{name}{part}{unit}"], found[f"{name}{part}_above{unit}"] = _split(value, one)
    return found


def _split(value: float | None, one: Estimate | None) -> tuple[float | None, float | None]:
    """Return a number, or what it lies beyond."""
    if value is None or one is None:
        return None, None
    return (value, None) if math.isfinite(value) else (None, one.until)


def _axis(found: Sheet, setup: Setup, axis: str) -> Row:
    """Fill an axis that has one identity; with several, only the long table tells them apart."""
    onset, late = found.of(f"{axis}.onset", "median"), found.of(f"{axis}.late", "mean")
    median = onset[0].cells.get(setup) if len(onset) == 1 else None
    level = late[0].cells.get(setup) if len(late) == 1 else None
    value, above = _split(median.value if median else None, median)
    return {
        f"{axis}_onset_median_s": value, f"{axis}_onset_median_above_s": above,
        f"{axis}_late_level": level.value if level else None,
        f"{axis}_late_level_low": level.low if level else None,
        f"{axis}_late_level_high": level.high if level else None,
        f"{axis}_late_struck_clips": level.struck if level else None,
    }


def _quantities(found: Sheet) -> Iterator[Row]:
    for row in found.rows:
        for measure in found.measures:
            yield _quantity(row, measure)


def _quantity(row: MethodRow, measure: Measure) -> Row:
    one = measure.cells.get(row.setup)
    value, value_above = _split(one.value if one else None, one)
    low, low_above = _split(one.low if one else None, one)
    high, high_above = _split(one.high if one else None, one)
    return {
        **_who(row),
        "axis": measure.axis, "quantity": measure.quantity, "identity": measure.identity,
        "statistic": measure.statistic, "unit": measure.unit, "direction": measure.direction,
        "value": value, "value_above": value_above, "low": low, "low_above": low_above,
        "high": high, "high_above": high_above,
        "clips": one.clips if one else 0, "prompts": one.prompts if one else 0,
        "events": one.events if one else None, "struck_clips": one.struck if one else 0,
        "silent_clips": one.silent if one else row.ranked,
        "best": row.setup in measure.best,
        "note": one.why if one else _absent(row),
    }


def _absent(row: MethodRow) -> str:
    mixed = [mixture.field for mixture in row.standing.mixed]
    return f"not pooled: {listing(mixed)} differs between the clips" if mixed else "no clip has this number"
