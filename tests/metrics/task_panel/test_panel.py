"""The panel on files: one decode, its identity, abstentions; RAFT with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from metrics.clip import ClipReader
from metrics.packets import counted
from metrics.panel import Footing, PanelOptions
from metrics.score import Settings, identities, measure
from metrics.task_panel import flows, panel
from metrics.task_panel.motion import Picture
from metrics.task_panel.quantities import FLOW_QUANTITIES, QUANTITIES
from tests.metrics.task_panel import scenes, whole
from tests.reports.made import write_clip

DIS = Settings(measurements=("task_panel",), panel_flow="dis")


def values(path: Path, settings: Settings = DIS) -> dict[str, float | str]:
    found = measure(path, settings).measurements[0].values
    return {v.metric.removeprefix("task_panel."): v.reason if v.value is None else v.value for v in found}


def test_a_clip_gets_every_number(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 3.0, size=(128, 96))
    found = values(clip)
    assert list(found) == [q.id.removeprefix("task_panel.") for q in QUANTITIES]
    assert [name for name, value in found.items() if isinstance(value, str)] in ([], ["fbd"])
    with ClipReader(clip) as reader:
        frames = [frame.rgb_native() for frame in reader]
    wanted = whole.from_pixels(frames)
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_axes_beside_it_change_nothing(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 4.0)
    both = measure(clip, Settings(measurements=("premise", "task_panel"), panel_flow="dis"))
    beside = {v.metric: v.value for v in both.measurements[1].values}
    alone = {v.metric: v.value for v in measure(clip, DIS).measurements[0].values}
    assert beside.keys() == alone.keys()
    # One pixel's flow may differ in its last bit from run to run: seen at 4e-13 of bfr.
    assert {m: v for m, v in beside.items() if v is not None} == pytest.approx(
        {m: v for m, v in alone.items() if v is not None}, rel=1e-9
    )


@pytest.mark.parametrize(("seconds", "flow", "pixels"), [(4 / 16, "2 kept frames", "4 frames"),
                                                         (6 / 16, "3 kept frames", "")])
def test_short_clips_abstain(tmp_path: Path, seconds: float, flow: str, pixels: str) -> None:
    found = values(write_clip(tmp_path / "clip.mp4", seconds))
    assert str(found["nbf"]).startswith(flow)
    assert str(found["fdp"]).startswith(pixels) if pixels else isinstance(found["fdp"], float)


def test_a_file_that_announces_another_number_of_frames_abstains(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 1.0)
    packets = counted(clip)
    with ClipReader(clip) as reader:
        opened = panel.open(Footing(reader.header, packets.fps, packets.frames + 1), PanelOptions(flow="dis"))
        for frame in reader:
            opened.add(frame)
    found, curves, notes = opened.finish()
    assert len(found) == len(QUANTITIES) and not curves and not notes
    told = {v.reason for v in found}
    assert len(told) == 1
    assert told.pop().startswith("the file announces 17 frames and gave 16; ")


def test_raft_without_weights_abstains_and_the_pixels_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEADYBENCH_WEIGHTS", str(tmp_path / "none"))
    monkeypatch.setenv("STEADYBENCH_OFFLINE", "1")
    clip = write_clip(tmp_path / "clip.mp4", 1.0)
    found = values(clip, Settings(measurements=("task_panel",), panel_flow="raft"))
    assert all("raft-things" in str(found[q.id.partition(".")[2]]) for q in FLOW_QUANTITIES)
    assert isinstance(found["sharp_ratio"], float)


def test_the_identity_names_the_flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEADYBENCH_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("STEADYBENCH_OFFLINE", "1")
    made = {
        flow: identities(Settings(measurements=("task_panel",), panel_flow=flow), "early")["task_panel"]
        for flow in ("auto", "dis", "raft")
    }
    assert made["auto"] == made["dis"]
    assert made["raft"].digest != made["dis"].digest
    assert made["raft"].settings["flow"]["weights_sha256"] == "missing"
    assert made["dis"].settings["flow"]["backend"] == "dis"


def test_every_quantity_tells_its_fault() -> None:
    for quantity in QUANTITIES:
        assert quantity.meaning.startswith("Parity only. ")
        assert "Known fault: " in quantity.meaning
        assert not quantity.headline and not quantity.id.endswith((".onset", ".late"))
        assert quantity.range is not None


def test_raft_pads_and_cuts_off_again() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("torchvision")
    from metrics.networks import raft

    torch.manual_seed(0)
    network = raft.untrained().eval()
    frames = scenes.river(2, height=128, width=131)
    a, b = (Picture(scenes.grey(frame), frame) for frame in frames)
    found = flows.RaftPairs(network, "cpu").between(a, b)
    # 131 px become 136: two copies of the left edge, three of the right one.
    padded = [np.pad(frame, ((0, 0), (2, 3), (0, 0)), mode="edge") for frame in frames]
    pair = [torch.from_numpy(x).permute(2, 0, 1)[None].float() / 127.5 - 1 for x in padded]
    with torch.inference_mode():
        wanted = network(*pair, num_flow_updates=20)[-1][0].permute(1, 2, 0)[:, 2:133]
    assert found.shape == (128, 131, 2)
    assert found == pytest.approx(wanted.numpy(), abs=1e-3)
