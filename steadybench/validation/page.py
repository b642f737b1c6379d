"""The results in words: lines for a terminal and ``validation.md``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from metrics.validation.responses import Response
from metrics.validation.selectivity import Selectivity
from steadybench.validation.results import Results

_WIDTHS = (20, 12, 7, 30, 30, 6)
_HEAD = (
    "metric", "selectivity", "AUC", "weakest target (d_z)", "its response", "strongest nuisance (d_z)",
    "by size", "verdict",
)  # fmt: skip
_LEGEND = (
    "Response is the mean of perturbed minus clean in the metric's unit, mild to strong; spreads is the "
    "strongest over the standard deviation between clean clips; n is clips with a number of clips tried."
)


def summary(results: Results, title: str) -> Iterator[str]:
    """Headlines against the bars, as lines for a terminal."""
    yield f"{title}: {len(results.clips)} clips"
    yield _line(("headline", "selectivity", "AUC", "weakest target (d_z)", "strongest nuisance (d_z)", ""))
    for row in results.headlines:
        yield _line(_cells(row))
        if row.reasons:
            yield f"    {row.reasons}"


def _cells(row: Selectivity) -> tuple[str, ...]:
    return (
        row.metric,
        short(row.selectivity),
        short(row.auc),
        f"{row.weakest_target} ({short(row.weakest_d_z)})",
        f"{row.strongest_nuisance} ({short(row.nuisance_d_z)})",
        row.verdict.upper(),
    )


def _line(cells: Sequence[str]) -> str:
    return " ".join(text.ljust(width) for text, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def markdown(title: str, facts: Sequence[str], sets: Mapping[str, Results]) -> str:
    """The whole page: what was run, the verdicts, and the response of every headline to everything."""
    lines = [f"# {title}", "", *(f"* {fact}" for fact in facts)]
    for name, results in sets.items():
        lines += ["", f"## {name}: {len(results.clips)} clips", "", *_verdicts(results), "", _LEGEND]
        for row in results.headlines:
            lines += ["", f"### {name}: {row.metric}", "", *_curves(results, row.metric)]
    return "\n".join(lines) + "\n"


def _verdicts(results: Results) -> Iterator[str]:
    bars = results.bars
    yield (
        f"Bars: selectivity {bars.selectivity:g}, AUC {bars.auc:g}, at most {bars.abstained:.0%} of a "
        f"target's clips without a number, at most {bars.credit:.0%} of the weakest response as credit "
        "for a still or a loop."
    )
    yield ""
    yield from _table(_HEAD, [_verdict(row) for row in results.selectivity])


def _verdict(row: Selectivity) -> tuple[str, ...]:
    return (
        row.metric,
        short(row.selectivity),
        short(row.auc),
        f"{row.weakest_target} ({short(row.weakest_d_z)})",
        short(row.weakest_response),
        f"{row.strongest_nuisance} ({short(row.nuisance_d_z)})",
        short(row.magnitude),
        f"{row.verdict}{': ' if row.reasons else ''}{row.reasons}",
    )


def _curves(results: Results, metric: str) -> Iterator[str]:
    grouped: dict[str, list[Response]] = {}
    for row in results.responses:
        if row.metric == metric:
            grouped.setdefault(row.perturbation, []).append(row)
    yield from _table(
        ("perturbation", "role", "severity", "response", "n", "spreads", "d_z", "rho", "AUC"),
        [
            (
                name, rows[-1].role, ", ".join(f"{row.severity:g}" for row in rows),
                ", ".join(short(row.response) for row in rows),
                f"{rows[-1].clips - rows[-1].abstained} of {rows[-1].clips}", short(rows[-1].clean_spreads),
                short(rows[-1].d_z), short(rows[-1].rho), short(rows[-1].auc),
            )
            for name, rows in grouped.items()
        ],
    )  # fmt: skip


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def short(value: float | None) -> str:
    """Three digits for people; a dash where there is no number."""
    if value is None:
        return "–"
    return f"{value:.3g}" if math.isfinite(value) else str(value)
