"""Run all checks; one that breaks is a finding of its own."""

from __future__ import annotations

import importlib
import json
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from metrics.errors import one_line
from steadybench.doctor.finding import STATUSES, Asked, Check, Finding
from steadybench.doctor.packages import NEEDED, faults_of
from steadybench.errors import INCOMPLETE, OK

if TYPE_CHECKING:
    from metrics.types import Json

SCHEMA = 1
WIDTH = 96


def _late(name: str) -> Check:
    """A check that is imported when it is run, so that a package that is missing breaks no other check."""

    def check(asked: Asked) -> Iterable[Finding]:
        found: Check = importlib.import_module(f"steadybench.doctor.{name}").check
        return found(asked)

    return check


GROUPS: Mapping[str, Check] = MappingProxyType(
    {
        "Python and packages": _late("packages"),
        "GPU": _late("graphics"),
        "Video": _late("video"),
        "Folders, disks and network": _late("folders"),
        "Weights": _late("weights"),
        "Methods": _late("rows"),
    }
)

Findings = Mapping[str, Sequence[Finding]]
"""By group."""


def examine(asked: Asked, groups: Mapping[str, Check] = GROUPS) -> Findings:
    """What all checks find; where the core's own packages are missing, that alone."""
    if faults_of(NEEDED):
        groups = dict(list(groups.items())[:1])
    return {name: _run(check, asked) for name, check in groups.items()}


def exit_code(found: Findings) -> int:
    """0 where nothing that was asked for is wrong, 3 where something is."""
    return INCOMPLETE if _count(found)["fault"] else OK


def show(found: Findings, say: Callable[[str], None], *, as_json: bool) -> int:
    """Print findings. Returns the exit code."""
    for line in [json.dumps(facts(found), indent=1)] if as_json else lines(found):
        say(line)
    return exit_code(found)


def facts(found: Findings) -> dict[str, Json]:
    """Findings for programs; the layout keeps its number until a field changes its meaning or goes."""
    return {
        "schema": SCHEMA,
        "exit_code": exit_code(found),
        "counts": {status: _count(found)[status] for status in STATUSES},
        "findings": [{"group": group, **asdict(item)} for group, items in found.items() for item in items],
    }


def lines(found: Findings) -> Iterator[str]:
    """Findings for people, by group; what is wrong has its fix below it."""
    for group, items in found.items():
        yield group
        for item in items:
            first, *more = textwrap.wrap(
                f"{item.subject}: {item.told}", WIDTH, break_long_words=False, break_on_hyphens=False
            )
            yield f"  {item.status:<8} {first}"
            yield from (f"{'':<11}{line}" for line in more)
            if item.fix:
                yield f"{'':<11}-> {item.fix}"
        yield ""
    count = _count(found)
    yield ", ".join(f"{count[status]} {status}" for status in STATUSES if count[status])


def _run(check: Check, asked: Asked) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(check(asked))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a doctor looks at what is broken
        told = one_line(f"{type(error).__name__}: {error}")
        lacks = isinstance(error, ImportError)
        fix = "pip install --upgrade --force-reinstall steadybench" if lacks else "report it with this text"
        found.append(Finding("fault", "this check", f"it broke off: {told}", fix))
    return found


def _count(found: Findings) -> Counter[str]:
    return Counter(item.status for items in found.values() for item in items)
