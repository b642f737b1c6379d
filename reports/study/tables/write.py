"""One CSV file a subject, and everything in one JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from reports.csvtext import cell, csv_text
from reports.study.results import Results
from reports.study.tables import answers, ranking, testing
from reports.study.tables.cells import Row

TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[Results], Iterator[Row]]]] = {
    "votes": (answers.VOTES, answers.votes),
    "raters": (answers.RATERS, answers.raters),
    "exclusions": (("rater", "session", "rule", "reason"),
                   lambda found: (asdict(one) for one in found.exclusions)),
    "aside": (("place", "kind", "reason"), lambda found: (asdict(one) for one in found.aside)),
    "deviations": (("kind", "text"), lambda found: (asdict(one) for one in found.deviations)),
    "strengths": (ranking.STRENGTHS, ranking.strengths),
    "pairs": (ranking.PAIRS, ranking.pairs),
    "planned": (ranking.PLANNED, ranking.planned),
    "fit": (ranking.FIT, ranking.fit),
    "alpha": (answers.ALPHA, answers.alpha),
    "agreement": (testing.AGREEMENT, testing.agreement),
    "correlations": (testing.CORRELATIONS, testing.correlations),
    "sides": (answers.SIDES, answers.sides),
    "times": (answers.TIMES, answers.times),
}
"""Name, columns and rows of each. ``of`` is ``counted`` or, where raters are left out, also ``everyone``."""


def files(found: Results) -> dict[str, str]:
    """Write every table; one without rows has its head alone. The same results give the same texts."""
    tables = {f"{name}.csv": csv_text(head, ([cell(row[name]) for name in head] for row in rows(found)))
              for name, (head, rows) in TABLES.items()}
    return {**tables, "analysis.json": _json(found)}


def _json(found: Results) -> str:
    return json.dumps({"schema": 1, **asdict(found)}, sort_keys=True, indent=1, ensure_ascii=False,
                      allow_nan=False) + "\n"
