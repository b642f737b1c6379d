"""Published panels in a report: shown with each clip, counted nowhere."""

from __future__ import annotations

from pathlib import Path

from reports.build import build
from reports.gather import columns, shots
from reports.model import QuantityCard
from reports.verdict import verdict
from tests.reports.made import all_held, curve, curves, entry, report_input, results, rows

PANEL = [
    {"metric": "vbench.imaging_quality", "value": 0.7125, "direction": "higher"},
    {"metric": "vbench.dynamic_degree", "value": None, "status": "abstained", "reason": "no RAFT"},
    {"metric": "task_panel.stag_onset", "value": 3.0, "direction": "higher", "unit": "s"},
]
CARD = QuantityCard("vbench.imaging_quality", "0-1", "higher", "MUSIQ-SPAQ / 100.", False, False)
CLIP = entry("a.mp4", method="m", prompt_id="p")


def test_panels_end_no_steady_time_and_make_no_column() -> None:
    came = all_held(30.0, drift=12.0)
    plain = shots(report_input([CLIP], results(rows(CLIP, came))))
    both = shots(report_input([CLIP], results(rows(CLIP, came, PANEL))))
    assert verdict(both[0]) == verdict(plain[0])
    assert columns(both) == columns(plain)
    assert both[0].end_s == plain[0].end_s


def test_panels_stand_with_the_clip_and_among_the_quantities(tmp_path: Path) -> None:
    table = results(rows(CLIP, all_held(30.0), PANEL))
    lines = curves(curve(CLIP, "vbench.imaging_quality", [0.7, None, 0.72]))
    build(report_input([CLIP], table, lines, quantities=(CARD,)), tmp_path)
    data = next((tmp_path / "prompt").glob("*.js")).read_text()
    assert "0.7125" in data and '"no RAFT"' in data
    assert '"vbench":"VBench"' in (tmp_path / "assets" / "legend.js").read_text()
    assert "MUSIQ-SPAQ / 100." in (tmp_path / "index.html").read_text()


def test_a_report_of_panels_alone_can_be_built(tmp_path: Path) -> None:
    index = build(report_input([CLIP], results(rows(CLIP, {}, PANEL)), quantities=(CARD,)), tmp_path)
    assert index.is_file()
