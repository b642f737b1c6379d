"""Results of a platform: who says to have done which session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from steadybench.errors import InputError
from steadybench.study.gathering.tables import PACKED, table


@dataclass(frozen=True, slots=True)
class Columns:
    """How a platform calls what is read."""

    rater: str
    submission: str
    session: str
    """Empty where the platform knows no sessions."""
    code: str
    status: str = ""


_PLATFORMS: Mapping[str, Columns] = {
    "mturk": Columns(
        "WorkerId", "AssignmentId", "Input.session_id", "Answer.completion_code", "AssignmentStatus"
    ),
    "prolific": Columns("Participant id", "Submission id", "", "Completion code", "Status"),
    "plain": Columns("rater", "submission", "session_id", "completion_code"),
}
"""By the name of a platform; the column of raters says which it is."""
_OPTIONAL = frozenset({"submission", "AssignmentStatus"})


@dataclass(frozen=True, slots=True)
class Submission:
    """One row of a platform's results."""

    rater: str
    """The platform's id, in clear."""
    id: str
    session: str
    """As the platform was given it; empty where it knows none."""
    code: str
    status: str
    line: int


@dataclass(frozen=True, slots=True)
class Results:
    """All rows."""

    submissions: tuple[Submission, ...]
    faults: tuple[str, ...]
    """Rows that cannot be read, one sentence each."""
    holds_answers: bool
    """Whether a column of answers came with them."""


def load(path: Path) -> Results:
    """Read a platform's results, comma or tab.

    Raises:
        InputError: it is no table or of no known platform, or columns are missing; names those.
    """
    try:
        header, rows = table(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from None
    columns = _columns(path, header)
    submissions: list[Submission] = []
    faults: list[str] = []
    for line, cells in rows:
        if len(cells) == len(header):
            submissions.append(_submission(dict(zip(header, cells, strict=True)), columns, line))
        elif any(cell.strip() for cell in cells):
            faults.append(f"{path}:{line}: expected {len(header)} columns as in the header, got {len(cells)}")
    return Results(tuple(submissions), tuple(faults), any(name in header for name in PACKED))


def _columns(path: Path, header: list[str]) -> Columns:
    known = [columns for columns in _PLATFORMS.values() if columns.rater in header]
    if len(known) != 1:
        told = "; ".join(f"{name}: {', '.join(_needed(columns))}" for name, columns in _PLATFORMS.items())
        raise InputError(f"{path} is of no known platform. Expected the columns of one of these: {told}.")
    if missing := [name for name in _needed(known[0]) if name not in header]:
        raise InputError(f"{path}: columns are missing: {', '.join(missing)}.")
    return known[0]


def _needed(columns: Columns) -> list[str]:
    names = (columns.rater, columns.submission, columns.session, columns.code, columns.status)
    return [name for name in names if name and name not in _OPTIONAL]


def _submission(row: Mapping[str, str], columns: Columns, line: int) -> Submission:
    rater, own, session, code, status = (
        row.get(name, "").strip() for name in
        (columns.rater, columns.submission, columns.session, columns.code, columns.status))
    return Submission(rater, own, session, code, status, line)
