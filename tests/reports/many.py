"""Reports of many clips without film. Every number here is test data and describes no generator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reports.model import ClipEntry, MethodCard, MetricCard, QuantityCard, ReportInput
from tests.reports import made

CARDS = (
    MetricCard("premise", "Does the camera stand still?", "# premise\n\nIt does.\n", ("mask",)),
    MetricCard("drift", "Is the scene carried away?", "# drift\n\n## Definition\n\nIt says **how**.\n"),
    MetricCard("stagnation", "Does it freeze?", "# stagnation\n"),
    MetricCard("hardening", "Does it harden?", "# hardening\n"),
)
QUANTITIES = tuple(
    QuantityCard(f"{axis}.{name}", unit, direction, f"About {axis}.", True, False)
    for axis in made.AXES for name, unit, direction in (("onset", "s", "higher"), ("late", "", "lower"))
    if (axis, name) != ("premise", "late")
)


def clip(method: str, prompt: str, seed: int | None = 0, /, **changes: Any) -> ClipEntry:
    """One clip of a method, named by what it is."""
    name = f"{method} {prompt} {seed}"
    fields: dict[str, Any] = {
        "method": method, "prompt_id": prompt, "prompt": f"About {prompt}.", "seed": seed,
        "horizon_s": 30.0, "facts": {"duration_s": 30.0},
    }
    fields |= {"clip_sha256": made.digest(name), "path": Path("gone")}
    return made.entry(name, **{**fields, **changes})


def numbered(entry: ClipEntry, onsets: Mapping[str, Any], late: Mapping[str, float | None] | None = None
             ) -> made.Rows:
    """Rows of a clip that holds 30 s but for ``onsets``; late levels are 0.1 but for ``late``."""
    levels = dict.fromkeys(made.AXES[1:], 0.1) | dict(late or {})
    extra = [{"metric": f"{axis}.late", "value": level} if level is not None else
             {"metric": f"{axis}.late", "value": None, "status": "abstained", "reason": "too dark"}
             for axis, level in levels.items()]
    return made.rows(entry, made.all_held(30.0, **onsets), extra)


def report(parts: Sequence[tuple[ClipEntry, made.Rows]], **changes: Any) -> ReportInput:
    """A report of these clips with cards and quantities."""
    entries = [entry for entry, _ in parts]
    data = made.report_input(entries, made.results(*(rows for _, rows in parts)), quantities=QUANTITIES)
    return replace(data, metric_cards=CARDS, **changes)


def study(methods: Sequence[str] = ("alpha", "beta", "gamma"), prompts: int = 6, **changes: Any
          ) -> ReportInput:
    """Methods that fail the sooner the later they are named; the last one drifts in every clip."""
    parts = []
    for place, method in enumerate(methods):
        for i in range(prompts):
            one = clip(method, f"p{i}")
            onsets = {"drift": 25.0 - 8 * place - i} if place else {}
            parts.append((one, numbered(one, onsets, {"drift": 0.1 + 0.2 * place + 0.01 * i})))
    card = MethodCard(methods[0], f"# {methods[0]}\n\nIt does things.\n\n## Paper\n\nA [paper](https://a.b).\n",
                      '<svg xmlns="http://www.w3.org/2000/svg"><title>rule</title></svg>')
    return report(parts, method_cards=(card,), **changes)
