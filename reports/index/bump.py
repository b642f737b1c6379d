"""Feeds the rank disagreement: how VBench's dynamic degree orders the methods, and how our axes do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from reports.agreement import MIN_METHODS, Agreement, agreement
from reports.axes import TASK_AXES, title_of
from reports.gather import Setup
from reports.index.cells import Book
from reports.index.names import Named
from reports.index.panel import DEGREE, PANEL
from reports.means import by_prompt
from reports.survival import censored
from reports.text import count, listing
from reports.verdict import steady_time

_ALIKE = 1e-9
MISSING = f"VBench's dynamic degree was not measured here: score or run with --panels {PANEL} adds it."

ByPrompt = dict[str, float]


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to order the methods, by one number a prompt, higher is better."""

    title: str
    url: str
    of: Mapping[Setup, ByPrompt]


def disagreement(book: Book) -> dict[str, Any]:
    """Gather everything that ``agreement.html`` says; ``bump_why`` where there is nothing to compare."""
    degree, ours = _degree(book), _ours(book)
    fit = [row.setup for row in book.rows if row.setup in degree.of and not row.standing.mixed]
    ours = [measure for measure in ours if _shared([degree, measure], fit)]
    if why := _why(book, degree, fit) or ("" if ours else "The methods share no prompt on any axis."):
        return {"bump": None, "bump_why": why}
    columns = [(measure, _ranks(measure, fit)) for measure in (degree, *ours)]
    first = [degree.of[setup] for setup in fit]
    lines = _lines(columns, fit, book.names)
    return {
        "bump": lines, "bump_why": "",
        "bump_names": [{"named": line["named"], "from": line["marks"][0]["y"], "to": line["marks"][0]["y"]}
                       for line in lines],
        "bump_heads": [(measure.title, measure.url) for measure, _ in columns],
        "bump_rows": [_row(measure, agreement(first, [measure.of[setup] for setup in fit]))
                      for measure in ours],
        "bump_told": _farthest(columns, fit, book.names),
        "bump_height": 34 * len(fit) + 10,
    }


def _why(book: Book, degree: Measure, fit: Sequence[Setup]) -> str:
    if not degree.of:
        return MISSING
    if book.site.standings.mixtures:
        return "The methods may not be compared, so their orders are not either."
    seen = {reading.identity for own in book.shots.values() for shot in own for reading in shot.all(DEGREE)
            if reading.value is not None}
    if len(seen) > 1:
        return "VBench's dynamic degree was measured under more than one identity."
    if len(fit) < MIN_METHODS:
        return f"Dynamic degree is there for {count(len(fit), 'method')}; an order needs {MIN_METHODS}."
    return ""


def _degree(book: Book) -> Measure:
    found = {}
    for setup, own in book.shots.items():
        values = [(shot.entry.prompt_id, reading.value) for shot in own
                  if (reading := shot.get(DEGREE)) is not None and reading.value is not None]
        if values:
            found[setup] = by_prompt(values)
    return Measure("VBench dynamic degree", book.site.metric_url(DEGREE), found)


def _ours(book: Book) -> list[Measure]:
    """Steady seconds, then the axes by late levels, where a clip without credit counts as failed."""
    found = [_steady(book)]
    columns = book.site.tasks
    for axis in reversed(TASK_AXES):
        places = [i for i, column in enumerate(columns) if column.axis == axis]
        if len(places) == 1:
            cells = {row.setup: row.cells[places[0]].level for row in book.rows}
            found.append(Measure(title_of(axis), book.site.metric_url(f"{axis}.late"), {
                setup: {prompt: -value for prompt, value in level.by_prompt_or_failed.items()}
                for setup, level in cells.items() if level is not None}))
    return found


def _steady(book: Book) -> Measure:
    """Steady seconds up to the horizon; a clip that ends before it counts with what was seen."""
    horizon = book.site.standings.horizon
    found = {}
    for setup, own in book.shots.items():
        times = [(shot.entry.prompt_id, censored(time, horizon).seconds) for shot in own
                 if (time := steady_time(shot))]
        if times:
            found[setup] = by_prompt(times)
    return Measure("Steady seconds", "", found)


def _shared(measures: Sequence[Measure], fit: Sequence[Setup]) -> set[str]:
    """Prompts that every method has under every measure."""
    found = [set(measure.of.get(setup, ())) for measure in measures for setup in fit]
    return set.intersection(*found) if found else set()


def _ranks(measure: Measure, fit: Sequence[Setup]) -> dict[Setup, int]:
    """Rank by the bare mean over prompts that all have; equal numbers share the best rank."""
    prompts = sorted(_shared([measure], fit))
    means = {setup: fmean(measure.of[setup][prompt] for prompt in prompts) for setup in fit}
    return {setup: 1 + sum(other > own + _ALIKE for other in means.values()) for setup, own in means.items()}


def _lines(columns: Sequence[tuple[Measure, Mapping[Setup, int]]], fit: Sequence[Setup],
           names: Mapping[Setup, Named]) -> list[dict[str, Any]]:
    """Place every method in every column; methods that share a rank stand below each other."""
    places = []
    for _, ranked in columns:
        order = sorted(fit, key=lambda setup: (ranked[setup], names[setup].key))
        places.append({setup: 100 * (i + 0.5) / len(fit) for i, setup in enumerate(order)})
    found = []
    for setup in sorted(fit, key=lambda setup: places[0][setup]):
        marks = []
        for i, (_, ranked) in enumerate(columns):
            tied = sum(rank == ranked[setup] for rank in ranked.values()) > 1
            marks.append({"x": round(100 * i / (len(columns) - 1), 2), "y": round(places[i][setup], 2),
                          "rank": f"{ranked[setup]}{'=' if tied else ''}"})
        found.append({"named": names[setup], "marks": marks})
    return found


def _row(measure: Measure, one: Agreement) -> dict[str, str]:
    tau = "–" if one.tau is None else _signed(one.tau)
    span = "" if one.low is None or one.high is None else f"{_signed(one.low)} to {_signed(one.high)}"
    return {"title": measure.title, "url": measure.url, "tau": tau, "limits": span,
            "prompts": str(one.prompts)}


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def _farthest(columns: Sequence[tuple[Measure, Mapping[Setup, int]]], fit: Sequence[Setup],
              names: Mapping[Setup, Named]) -> str:
    """Name the methods whose rank by dynamic degree lies farthest from one of ours."""
    (_, degree), *ours = columns
    most = max(abs(degree[setup] - ranked[setup]) for _, ranked in ours for setup in fit)
    if most == 0:
        return "All order the methods alike."
    told: dict[tuple[Setup, int], list[str]] = {}
    for setup in fit:
        for measure, ranked in ours:
            if abs(degree[setup] - ranked[setup]) == most:
                told.setdefault((setup, ranked[setup]), []).append(measure.title.lower())
    sentences = [f"{names[setup].name} is rank {degree[setup]} by dynamic degree, but rank {now} by "
                 f"{listing(by)}" for (setup, now), by in told.items()]
    more = f"; and {len(sentences) - 3} more" if len(sentences) > 3 else ""
    return f"Ranks differ most here: {'; '.join(sentences[:3])}{more}."
