"""Tables of a study, in Markdown: ``python -m benchmarks.tiny_study RUN [RUN ...]``.

Reads ``results.csv`` of folders that ``steadybench run`` made. One row per method and configuration: how long
its clips stay steady, and for each axis how many failed, when, and how far gone they are at the end. Clips
count as they do in the report; intervals come from drawing scenes, so the clips of one prompt stay together.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.study_clips import StudyError, read
from reports.axes import PREMISE, TASK_AXES, WORDS
from reports.gather import Column, Setup, Shot, columns, setup_of
from reports.labels import caveats, row_name
from reports.leaderboard import ranked_shots
from reports.survival import Survival, Time, survival
from reports.text import DASH, count
from reports.verdict import not_credited, onset_time, steady_time

Case = tuple[str, int | None]
"""A prompt and a seed."""
RESAMPLES, SEED, MIN_PROMPTS = 2000, 20_000, 5
"""Draws of scenes for means and shares, and below how many scenes there are none."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over clips with its 95 % interval over scenes; None where there are too few scenes."""

    value: float
    low: float | None = None
    high: float | None = None


def mean(values: Sequence[float], scenes: Sequence[str]) -> Mean | None:
    """The mean of some clips' values, whole scenes resampled; None where there are no values."""
    if not values:
        return None
    of, point = np.asarray(values, np.float64), float(np.mean(values))
    names, member = np.unique(np.asarray(scenes, dtype=str), return_inverse=True)
    if len(names) < MIN_PROMPTS:
        return Mean(point)
    sums, counts = np.bincount(member, of), np.bincount(member)
    draws = np.random.default_rng(SEED).integers(0, len(names), (RESAMPLES, len(names)))
    low, high = np.quantile(sums[draws].sum(1) / counts[draws].sum(1), [0.025, 0.975])
    return Mean(point, float(low), float(high))


@dataclass(frozen=True, slots=True)
class Row:
    """One method in one configuration on one backbone."""

    setup: Setup
    clips: tuple[Shot, ...]
    """All of them."""
    ranked: tuple[Shot, ...]
    """Those that were measured on every axis, or abstained there for a reason."""

    @property
    def name(self) -> str:
        """Method, configuration and backbone."""
        return row_name(self.setup.method, self.setup.configuration, self.setup.backbone)

    def steady(self) -> dict[Case, Time]:
        """Time to the first failure by prompt and seed; cases whose axes abstain are left out."""
        return {
            (entry.prompt_id, entry.seed): time
            for shot in self.ranked
            if (time := steady_time(shot)) is not None
            for entry in (shot.entry, *shot.also)
        }


def rows_of(found: Sequence[Shot]) -> list[Row]:
    """Rows by name."""
    groups: dict[Setup, list[Shot]] = defaultdict(list)
    for shot in found:
        groups[setup_of(shot.entry)].append(shot)
    return [Row(setup, tuple(group), ranked_shots(group)) for setup, group in sorted(groups.items())]


def advantage(row: Row, other: Row) -> Mean | None:
    """Mean difference of steady seconds over the cases of both, each counted up to where it was seen."""
    own, others = row.steady(), other.steady()
    both = sorted(own.keys() & others.keys(), key=str)
    return mean([own[case].seconds - others[case].seconds for case in both], [scene for scene, _ in both])


def steady_table(rows: Sequence[Row], against: str) -> str:
    """The camera and steady seconds of every row."""
    by_setup = {row.setup: row for row in rows}
    method, _, configuration = against.partition(":")
    gained = f"s more than {against} (mean)"
    head = ["row", "clips", "camera still", "steady seconds (median)", "no steady time", gained]
    others = [row.setup._replace(method=method, configuration=configuration) for row in rows]
    lines = [_steady_cells(row, by_setup.get(other)) for row, other in zip(rows, others, strict=True)]
    return _markdown(head, lines)


def _steady_cells(row: Row, other: Row | None) -> list[str]:
    onsets = [(shot, shot.get(f"{PREMISE}.onset")) for shot in row.ranked]
    seen = [(shot, onset) for shot, onset in onsets if onset is not None and onset.value is not None]
    times = [(shot, time) for shot in row.ranked if (time := steady_time(shot)) is not None]
    still = mean([onset.status == "censored" for _, onset in seen], _scenes(seen))
    return [
        row.name,
        _clip_count(row),
        _percent(still),
        _time(survival([time for _, time in times], _scenes(times))),
        str(len(row.ranked) - len(times)),
        _number(None if other is None or other is row else advantage(row, other), "+.1f"),
    ]


def axis_table(rows: Sequence[Row], column: Column) -> str:
    """Failures of every row on one axis."""
    head = ["row", "clips", "abstained", "cut short", "failed", "onset, s (median)", "late level (mean)"]
    return _markdown(head, [_axis_cells(row, column) for row in rows])


def _axis_cells(row: Row, column: Column) -> list[str]:
    times = [(shot, time) for shot in row.ranked if (time := onset_time(shot, column)) is not None]
    late = [(shot, value) for shot in row.ranked if (value := _late(shot, column)) is not None]
    return [
        row.name,
        str(len(times)),
        str(len(row.ranked) - len(times)),
        str(sum(_cut_short(shot, column) for shot, _ in times)),
        _percent(mean([time.happened for _, time in times], _scenes(times))),
        _time(survival([time for _, time in times], _scenes(times))),
        _number(mean([value for _, value in late], _scenes(late)), ".2f"),
    ]


def _late(shot: Shot, column: Column) -> float | None:
    """The level at the end, where there is one and it is credited."""
    found = shot.get(f"{column.axis}.late", column.identity)
    return None if found is None or not_credited(shot, found) else found.value


def _cut_short(shot: Shot, column: Column) -> bool:
    onset = shot.get(f"{column.axis}.onset", column.identity)
    return onset is not None and bool(not_credited(shot, onset))


def study(found: Sequence[Shot], against: str) -> str:
    """All tables, and what must be known to read them."""
    rows = rows_of(found)
    parts = [_heading(found), "### Steady seconds", steady_table(rows, against)]
    for column in columns(found):
        if column.axis in TASK_AXES:
            parts += [f"### {WORDS[column.axis].title}", axis_table(rows, column)]
    return "\n\n".join([*parts, *_same_bytes(rows), *caveats(found), NOTES])


NOTES = f"""\
In brackets: 95 % intervals over scenes, clips of a scene together. Means and shares: {RESAMPLES} draws, seed
{SEED}, none below {MIN_PROMPTS} scenes. Medians: Kaplan-Meier, intervals as in the report; `> 60` means that
fewer than half had failed by then.
`no steady time`: an axis abstained. `cut short`: the clip had not failed on this axis when it failed on
another that takes the credit (what stands still cannot drift), or when the camera moved; it counts as held
up to that second, and its late level is left out. The difference in seconds is over clips of the same prompt
and seed; a clip that held counts with the seconds seen."""


def _heading(found: Sequence[Shot]) -> str:
    scenes = {shot.entry.prompt_id for shot in found}
    seeds = {shot.entry.seed for shot in found}
    horizon = found[0].entry.horizon_s
    asked = "" if horizon is None else f", {horizon:g} s asked for"
    return (
        f"{count(len(found), 'clip')} of {count(len(scenes), 'scene')}, {count(len(seeds), 'seed')}{asked}."
    )


def _same_bytes(rows: Sequence[Row]) -> Iterator[str]:
    alike: dict[frozenset[str], list[str]] = defaultdict(list)
    for row in rows:
        alike[frozenset(shot.entry.clip_sha256 for shot in row.clips)].append(row.name)
    for digests, names in alike.items():
        if len(names) > 1 and "" not in digests:
            yield f"The same clips to the byte, so one result and not {len(names)}: {', '.join(names)}."


def _clip_count(row: Row) -> str:
    left_out = len(row.clips) - len(row.ranked)
    return f"{len(row.clips)}, {left_out} not measured" if left_out else str(len(row.clips))


def _scenes(found: Sequence[tuple[Shot, object]]) -> list[str]:
    return [shot.entry.prompt_id for shot, _ in found]


def _percent(found: Mean | None) -> str:
    if found is None:
        return DASH
    whole = Mean(100 * found.value, *(None if x is None else 100 * x for x in (found.low, found.high)))
    return _number(whole, ".0f", " %")


def _number(found: Mean | None, form: str, unit: str = "") -> str:
    if found is None:
        return DASH
    text = f"{found.value:{form}}{unit}"
    if found.low is None or found.high is None:
        return text
    return f"{text} [{found.low:{form}}, {found.high:{form}}]"


def _time(found: Survival | None) -> str:
    if found is None:
        return DASH
    text, low, high = (_second(at, found.until) for at in (found.seconds, found.low, found.high))
    return f"{text} [{low}, {high}]" if low and high else text


def _second(at: float | None, until: float) -> str:
    if at is None:
        return ""
    return f"{at:.1f}" if np.isfinite(at) else f"> {until:.4g}"


def _markdown(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *lines))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables of some runs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tiny_study", description=__doc__)
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folder of `steadybench run`")
    parser.add_argument(
        "--against",
        default="self-forcing:long",
        metavar="METHOD:CONFIGURATION",
        help="row that the others' steady seconds are held against (default: self-forcing:long)",
    )
    chosen = parser.parse_args(arguments)
    try:
        found = read(chosen.runs)
    except StudyError as error:
        parser.error(str(error))
    print(study(found, chosen.against))


if __name__ == "__main__":
    main()
