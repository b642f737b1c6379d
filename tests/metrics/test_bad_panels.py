"""Panels on clips that cannot be measured: a number in its range or a reason, and nothing else is lost."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from metrics import panels
from metrics.declarations import declaration
from metrics.score import MEASUREMENTS, Settings, measure, quantities
from tests import odd_clips
from tests.odd_clips import write_clip
from tests.scenes import every

PANELS = tuple(panels.MODULES)
SIZE, FPS = (96, 160), 8


def shown(kind: str) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(1)
    if kind == "noise":
        return [rng.integers(0, 256, (*SIZE, 3), np.uint8) for _ in range(4 * FPS)]
    return [np.full((*SIZE, 3), {"black": 0, "white": 255}[kind], np.uint8)] * (4 * FPS)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("panels")
    kinds = ("black", "white", "noise")
    made = {kind: write_clip(folder / f"{kind}.mp4", shown(kind), fps=FPS) for kind in kinds}
    odd = {kind: odd_clips.READABLE[kind](folder) for kind in ("one_frame", "two_frames")}
    return made | odd


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("kind", ["black", "white", "noise", "one_frame", "two_frames"])
def test_a_panel_has_a_number_in_its_range_or_a_reason(kind: str, name: str, clips: dict[str, Path]) -> None:
    declared = {q.id: q for q in quantities([name])}
    scored = measure(clips[kind], Settings(measurements=(name,), panel_flow="dis"))
    found = {v.metric: v for v in every(scored)}
    assert set(found) == {m for m, q in declared.items() if not m.endswith(".level")}
    for metric, one in found.items():
        if one.value is None:
            assert one.status == "abstained" and len(one.reason) > 10, one
            continue
        low, high = declared[metric].range or (None, None)
        assert math.isfinite(one.value)
        assert (low is None or one.value >= low) and (high is None or one.value <= high), one


@pytest.mark.parametrize("kind", ["black", "one_frame"])
def test_axes_lose_nothing_beside_panels(kind: str, clips: dict[str, Path]) -> None:
    both = Settings(measurements=(*MEASUREMENTS, *PANELS), panel_flow="dis")
    alone, together = measure(clips[kind], Settings()), measure(clips[kind], both)
    kept = {v.metric: v for v in every(together)}
    assert all(kept[v.metric] == v for v in every(alone))


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_declares_itself(name: str) -> None:
    module, declared = panels.panel(name), declaration(name)
    assert (declared.name, declared.version) == (module.NAME, module.VERSION)
    assert declared.quantities == tuple(module.QUANTITIES)
    assert not any(q.headline for q in declared.quantities), "a panel has no headline numbers"
