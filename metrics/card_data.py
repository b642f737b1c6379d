"""What has been measured about the metrics: the data files that ship with them, as cards show them.

Each file is written by a command and may be missing; then the card says that it was not measured.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"
COST, AGREEMENT, VALIDATION, SELECTIVITY = "cost.json", "agreement.json", "validation.csv", "selectivity.csv"


@dataclass(frozen=True, slots=True)
class Response:
    """How one number answered one perturbation at one severity: a row of ``validation.csv``."""

    metric: str
    perturbation: str
    role: str
    """``target``, ``nuisance`` or ``other``."""
    severity: float
    clips: int
    abstained: int
    response: float | None
    """Mean of perturbed minus clean, in the number's unit."""
    d_z: float | None
    rho: float | None
    clean_spreads: float | None
    """``response`` over the standard deviation between clean clips."""
    auc: float | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything measured about the metrics."""

    cost: Mapping[str, Any]
    """Content of ``cost.json``; empty where there is none."""
    agreement: Mapping[str, Any]
    """Content of ``agreement.json``; empty where there is none."""
    responses: Mapping[str, tuple[Response, ...]]
    """By metric, in the order of the file."""
    selectivity: Mapping[str, Mapping[str, str]]
    """Rows of ``selectivity.csv`` by metric."""


def evidence(folder: Path = FOLDER) -> Evidence:
    """Read the data files of a folder; those that are missing count as empty."""
    responses: dict[str, list[Response]] = {}
    for row in _rows(folder / VALIDATION):
        found = _response(row)
        responses.setdefault(found.metric, []).append(found)
    return Evidence(
        _json(folder / COST),
        _json(folder / AGREEMENT),
        {metric: tuple(rows) for metric, rows in responses.items()},
        {row["metric"]: row for row in _rows(folder / SELECTIVITY)},
    )


def _response(row: Mapping[str, str]) -> Response:
    return Response(
        row["metric"],
        row["perturbation"],
        row["role"],
        float(row["severity"]),
        int(row["clips"]),
        int(row["abstained"]),
        *(_number(row[name]) for name in ("response", "d_z", "rho", "clean_spreads", "auc")),
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _json(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
