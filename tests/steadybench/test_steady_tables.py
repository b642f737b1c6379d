"""Steady seconds and comparisons lie beside the tables, and a mixture is told on standard error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.types import Identity, Json, Measurement, Quantity, Value
from steadybench.execute import Limits
from steadybench.progress import Progress
from steadybench.score import Order, rebuild, score_paths
from tests.steadybench.fake_measurer import FakeMeasurer, FakeScored

AXES = ("premise", "drift", "stagnation", "hardening")
ALL = "premise, drift, stagnation and hardening"
TABLES = ("steady_seconds.csv", "comparisons.csv")


@dataclass(frozen=True)
class AllAxes(FakeMeasurer):
    """Drift begins in the second that the file's first byte says."""

    def quantities(self) -> tuple[Quantity, ...]:
        return tuple(Quantity(f"{axis}.onset", "s", "higher", "Second of the failure.") for axis in AXES)

    def identities(self, mask_source: str) -> Mapping[str, Identity]:
        settings: dict[str, Json] = {"mask": mask_source, "flow": {"backend": "fake"}}
        return {axis: Identity(axis, self.version, settings) for axis in AXES}

    def measure(self, path: Path, names: Sequence[str], labels: NDArray[np.uint8] | None, mask_source: str
                ) -> FakeScored:
        at = float(path.read_bytes()[0])
        values = {axis: Value(f"{axis}.onset", 30.0, "censored") for axis in AXES}
        values["drift"] = Value("drift.onset", at) if at < 30 else values["drift"]
        identities = self.identities(mask_source)
        area = 0 if labels is None else int(labels.sum())
        facts: dict[str, Json] = {"width": 64, "height": 48, "duration_s": 30.0}
        return FakeScored(facts, f"mask-{area}", tuple(
            Measurement(identities[name], (values[name],)) for name in names))


def score(folder: Path, *, mask: str = "", horizon: int = 30) -> list[str]:
    """Eight prompts each of a method that holds and one that drifts; its mask and horizon may differ."""
    lines = ["path,method,prompt_id,seed,horizon_s,mask"]
    for i in range(8):
        for name, second, own in (("holds", 40, ",30,"), ("drifts", 3 + i, f",{horizon},{mask}")):
            (folder / f"{name}{i}.mp4").write_bytes(bytes([second, i]) + name.encode())
            lines.append(f"{name}{i}.mp4,{name},p{i},0{own}")
    cv2.imwrite(str(folder / "m.png"), np.ones((48, 64), np.uint8))
    (folder / "clips.csv").write_text("\n".join(lines) + "\n")
    said: list[str] = []
    order = Order(folder / "out", ["steadybench", "score"], Limits(1, 30), report=False)
    summary = score_paths([], folder / "clips.csv", AllAxes(), order, Progress(said.append))
    assert not summary.failed
    return said


def test_the_tables_are_written_without_a_report_too_and_again_to_the_byte(tmp_path: Path) -> None:
    said = score(tmp_path)
    out = tmp_path / "out"
    first = [(out / name).read_bytes() for name in TABLES]
    ranks = [line.split(",")[-3] for line in first[0].decode().splitlines() if ",any," in line]
    assert ranks == ["1", "2"]
    assert len(first[1].splitlines()) == 2
    assert not any("anked" in line for line in said)
    for name in TABLES:
        (out / name).unlink()
    rebuild(Order(out, ["steadybench", "report"]), Progress(said.append))
    assert [(out / name).read_bytes() for name in TABLES] == first
    assert "<b>2</b><small>b</small>" in (out / "report" / "index.html").read_text()


@pytest.mark.parametrize(("changes", "told"), [
    ({"mask": "m.png"},
     f"mask of {ALL} differs: annotated in 8 clips (drifts) and early in 8 clips (holds)."),
    ({"horizon": 60}, "horizon_s differs: 30 s in 8 clips (holds) and 60 s in 8 clips (drifts)."),
])
def test_what_may_not_be_ranked_together_is_told(tmp_path: Path, changes: dict[str, object], told: str
                                                ) -> None:
    told = f"Not ranked together: {told}"
    assert told in score(tmp_path, **changes)  # type: ignore[arg-type]
    assert len((tmp_path / "out" / "comparisons.csv").read_text().splitlines()) == 1
    said: list[str] = []
    rebuild(Order(tmp_path / "out", ["steadybench", "report"]), Progress(said.append))
    assert told in said
    page = (tmp_path / "out" / "report" / "index.html").read_text()
    assert told in page and "No ranking." in page
