"""``steadybench compare`` and ``steadybench check``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench.comparing.load import load
from steadybench.errors import INCOMPLETE, OK, WORSE, InputError, cannot_write

if TYPE_CHECKING:
    from reports.compare.check import Finding
    from reports.compare.difference import Difference

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Gate:
    """What a check lets pass."""

    seconds: float | None = None
    """Steady seconds that may be lost; None where nobody said."""
    level: float | None = None
    """Late level that may be gained."""
    allow: tuple[str, ...] = ()
    """Patterns of findings that are told and fail nothing."""
    strict: bool = False
    """Fail too where it cannot be told whether a method is worse."""


def compare(first: Path, second: Path, out: Path | None, renamed: Mapping[str, str], warn: Tell
            ) -> tuple[str, Path]:
    """Compare two runs; return the text, and the page that was written.

    Raises:
        SteadybenchError: a folder holds no run, a name is not in its run, or the page cannot be written.
    """
    from reports.compare import page
    from reports.compare.text import text
    from reports.urls import slug

    found = _difference(first, second, renamed, warn)
    folder = out or second / f"compare-{slug(first.resolve().name)}"
    try:
        written = page.write(found, folder, (first, second))
    except OSError as error:
        raise cannot_write(folder / "compare.html", error) from error
    return text(found, str(first), str(second)), written


def check(run: Path, baseline: Path, gate: Gate, warn: Tell, *, as_json: bool) -> tuple[str, int]:
    """Hold a run against its baseline; return what there is to tell, and the exit code.

    Raises:
        SteadybenchError: a folder holds no run.
    """
    from reports.compare.check import Tolerance, findings

    found = _difference(baseline, run, {}, warn)
    told = findings(found, Tolerance(gate.seconds, gate.level), gate.allow)
    code = exit_code(told, strict=gate.strict)
    return (_json(found, told, code) if as_json else _text(found, told)), code


def _difference(first: Path, second: Path, renamed: Mapping[str, str], warn: Tell) -> Difference:
    from reports.compare.difference import compare_runs

    before, after = load(first, warn), load(second, warn)
    try:
        return compare_runs(before, after, renamed)
    except ValueError as error:
        raise InputError(f"{first} and {second} cannot be compared: {error}") from None


def exit_code(told: Sequence[Finding], *, strict: bool) -> int:
    """Return 6 where a method is worse, 3 where something is missing or cannot be compared, else 0."""
    kinds = {finding.kind for finding in told if not finding.allowed}
    if "worse" in kinds:
        return WORSE
    return INCOMPLETE if kinds & {"missing", "incomparable", *(("untold",) if strict else ())} else OK


def _text(found: Difference, told: Sequence[Finding]) -> str:
    from reports.compare.words import answer, caveat, numbers_told, printable

    lines = [f"{finding.kind}{' (allowed)' if finding.allowed else ''}: {finding.text}  [{finding.id}]"
             for finding in told]
    lines += [answer(found), numbers_told(found), caveat(found)]
    return "\n".join(printable(line) for line in lines if line)


def _json(found: Difference, told: Sequence[Finding], code: int) -> str:
    changes = [{**asdict(change), "id": change.id, "state": change.state} for change in found.changes]
    body = {"exit_code": code, "findings": [asdict(finding) for finding in told], "changes": changes,
            "numbers_compared": found.numbers.compared, "numbers_identical": found.numbers.same}
    return json.dumps(body, indent=1, sort_keys=True, allow_nan=False)
