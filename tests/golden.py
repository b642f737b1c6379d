"""Golden values: what each measurement, at its version, makes of the clips in :mod:`tests.golden_clips`.

``python -m tests.golden`` tells what differs from the stored values; with ``--write`` it stores the values of
measurements whose VERSION has changed. Values of an unchanged version are only written over with ``--force``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import cv2

from metrics.declaration import Declaration
from metrics.declarations import declarations
from metrics.score import MEASUREMENTS, Settings, measure
from metrics.types import RELATIVE_TOLERANCE, Value
from tests import golden_clips

FILE = Path(__file__).parent / "metrics" / "golden.json"
EARLY = "clean, early mask"
CASES = (*golden_clips.CLIPS, EARLY)
WEIGHT_FREE = ("task_panel",)
"""Panels whose numbers are the same with and without weights at hand."""
PANEL_CASES = ("clean", "carried", "looped")
"""Cases of panels, which are slower than axes."""
ADVICE = "Raise its VERSION, tell the change in its history and run `python -m tests.golden --write`."

Number: TypeAlias = "float | str"
"""A value, or its status where there is none or the time is censored: ``abstained``, ``censored 12.0``."""
Cases: TypeAlias = "dict[str, dict[str, Number]]"
"""Case -> quantity -> number."""


@dataclass(frozen=True, slots=True)
class Golden:
    """Numbers of one measurement at one version."""

    version: int
    cases: Cases


def measured(names: Sequence[str] = (*MEASUREMENTS, *WEIGHT_FREE)) -> dict[str, Golden]:
    """Measure all cases now; panels on DIS."""
    versions = {one.name: one.version for one in declarations()}
    found: dict[str, Golden] = {name: Golden(versions[name], {}) for name in names}
    with TemporaryDirectory(prefix="golden-") as folder:
        paths = {name: golden_clips.write(name, Path(folder)) for name in golden_clips.CLIPS}
        for case in CASES:
            wanted = tuple(n for n in names if n in MEASUREMENTS or case in PANEL_CASES)
            settings = Settings(measurements=wanted, panel_flow="dis")
            scored = (
                measure(paths["clean"], settings)
                if case == EARLY
                else measure(paths[case], settings, golden_clips.labels(), "truth")
            )
            for one in scored.measurements:
                numbers = {value.metric: number(value) for value in one.values}
                found[one.identity.measurement].cases[case] = dict(sorted(numbers.items()))
    return found


def number(value: Value) -> Number:
    """A value as it is stored."""
    if value.status == "ok" and value.value is not None:
        return float(f"{value.value:.6g}")
    return value.status if value.value is None else f"{value.status} {value.value:.6g}"


def stored(path: Path = FILE) -> dict[str, Golden]:
    """The golden values; none where the file is not there."""
    if not path.is_file():
        return {}
    body = json.loads(path.read_text(encoding="utf-8"))
    return {name: Golden(one["version"], one["cases"]) for name, one in body.items()}


def save(golden: Mapping[str, Golden], path: Path = FILE) -> None:
    """Write golden values; equal values give equal bytes."""
    body = {name: {"version": one.version, "cases": one.cases} for name, one in golden.items()}
    path.write_text(json.dumps(body, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def differences(declared: Declaration, before: Golden, now: Golden) -> Iterator[str]:
    """What has changed beyond each quantity's tolerance, one sentence each."""
    tolerances = {quantity.id: quantity.tolerance or 0.0 for quantity in declared.quantities}
    for case in sorted({*before.cases, *now.cases}):
        old, new = before.cases.get(case, {}), now.cases.get(case, {})
        for metric in sorted({*old, *new}):
            a, b = old.get(metric, "not there"), new.get(metric, "not there")
            allowed = tolerances.get(metric, 0.0)
            if not _same(a, b, allowed):
                yield f"{case}: {metric} was {a} and is {b}; {allowed:g} or half a percent is allowed"


def _same(a: Number, b: Number, tolerance: float) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return abs(a - b) <= max(tolerance, RELATIVE_TOLERANCE * abs(a))


def faults(before: Mapping[str, Golden], now: Mapping[str, Golden]) -> dict[str, list[str]]:
    """Measurements whose numbers and versions do not go together, and why."""
    found: dict[str, list[str]] = {}
    for declared in declarations():
        if declared.name not in now:
            continue
        new, old = now[declared.name], before.get(declared.name)
        if old is None or old.version != new.version:
            found[declared.name] = [f"there are no golden values of version {new.version}"]
        elif changed := list(differences(declared, old, new)):
            found[declared.name] = [f"numbers changed and VERSION is still {new.version}. {ADVICE}", *changed]
    return found


def renewed(before: Mapping[str, Golden], now: Mapping[str, Golden], *, force: bool) -> dict[str, Golden]:
    """The values to store: new versions always, changed numbers of an old version only by force."""
    keep = dict(before)
    for name, golden in now.items():
        old = before.get(name)
        if old is None or old.version != golden.version or force:
            keep[name] = golden
    return keep


def main() -> int:
    """Compare, and write where asked; exit status 1 where values and versions do not go together."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("names", nargs="*", default=[*MEASUREMENTS, *WEIGHT_FREE], help="left out: all")
    parser.add_argument("--write", action="store_true", help="store the values of new versions")
    parser.add_argument("--force", action="store_true", help="write over values of an unchanged version too")
    parser.add_argument("--dump", type=Path, help="only write what is measured now to this file")
    parser.add_argument("--plain", action="store_true", help="without OpenCV's vector instructions")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    cv2.setUseOptimized(not chosen.plain)
    before, now = stored(), measured(chosen.names)
    if chosen.dump is not None:
        save(now, chosen.dump)
        return 0
    if chosen.write or chosen.force:
        save(renewed(before, now, force=chosen.force))
    for name, found in faults(before, now).items():
        sys.stdout.write(f"{name}: " + "\n  ".join(found) + "\n")
    return 1 if faults(stored(), now) else 0


if __name__ == "__main__":
    sys.exit(main())
