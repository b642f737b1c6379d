"""A small whole report with a page of every kind, and the comparison of two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from reports.build import build
from reports.compare import page as compare_page
from reports.compare.difference import compare_runs
from reports.model import MethodCard, MetricCard, ReportInput
from reports.modes import AS_THEY_ARE, Mode
from tests.reports import made

CARD = """A card. See [the paper](https://example.org/paper).

## Meaning

Low is *steady*, `1` is as bad as it gets.

- one
- two

| a | b |
|---|---|
| 1 | 2 |

```
command --option
```
"""
PICTURE = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20" role="img"><title>Memory</title>'
           '<rect width="50" height="20" fill="#0068a8"/></svg>')


def data(folder: Path) -> ReportInput:
    """Three methods on two prompts with film, a clip of one second without a prompt, and one without film."""
    scenes = made.scene_report(folder, prompts=("river", "surf"))
    lone = made.entry("lone.mp4", made.write_clip(folder / "lone.mp4", 1.0, hue=200))
    gone = made.entry("gone.mp4", method="method-0", backbone="wan", prompt_id="surf", prompt="A surf.",
                      seed=1)
    late = [{"metric": f"{axis}.late", "value": 0.2} for axis in made.AXES[1:]]
    more = made.results(
        made.rows(lone, made.all_held(1.0, stagnation="too little still ground"), late),
        made.rows(gone, made.all_held(3.0, hardening=("", "failed"))),
    )
    return replace(
        scenes, clips=(*scenes.clips, lone, gone), results=made.pd.concat([scenes.results, more]),
        metric_cards=tuple(MetricCard(axis, axis.title(), CARD) for axis in made.AXES),
        method_cards=tuple(MethodCard(f"method-{i}", CARD, PICTURE) for i in range(3)),
        run={**scenes.run, "machine": {"system": "Linux", "cpus": 2}},
    )


def pages(folder: Path, mode: Mode = AS_THEY_ARE) -> Mapping[str, Path]:
    """Build it below ``folder`` and return one page of each kind."""
    films, report = folder / "clips", folder / "report"
    films.mkdir(parents=True, exist_ok=True)
    given = data(films)
    build(given, report, mode=mode)
    found = {
        "index": report / "index.html", "picks": report / "picks.html", "pair": report / "pair.html",
        "prompt": report / "prompt" / "river.html", "lone": next((report / "prompt").glob("clip-*.html")),
        "method": min((report / "method").glob("*.html")), "metric": report / "metric" / "drift.html",
    }
    return found | ({"single": folder / "report.html"} if mode.single_file else {})


def comparison(folder: Path) -> Path:
    """Write the comparison of two runs below ``folder`` that differ in one onset."""
    films = folder / "clips"
    films.mkdir(parents=True, exist_ok=True)
    before = data(films)
    table = before.results.copy()
    table.loc[table["metric"] == "drift.late", "value"] += 0.05
    found = compare_runs(before, replace(before, results=table), {})
    return compare_page.write(found, folder / "compare", (folder, folder))
