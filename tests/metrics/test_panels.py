"""Panels beside the axes: one decode for all, frames counted without decoding, identities, abstentions."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from metrics import panels, score
from metrics.clip import ClipReader
from metrics.errors import ClipError
from metrics.packets import counted
from metrics.panel import PanelOptions
from metrics.score import MEASUREMENTS, Settings, identities, measure, quantities
from tests import odd_clips
from tests.metrics import fake_panel
from tests.scenes import Scene, shared_stage


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(panels.MODULES, "fake_panel", "tests.metrics.fake_panel")
    fake_panel.seen.clear()


SMALL = Scene("river", seconds=4.0, width=208, height=120)


def test_panels_see_every_frame_once_and_the_axes_keep_their_numbers() -> None:
    clip = shared_stage().clip(SMALL)
    alone = measure(clip, Settings())
    both = measure(clip, Settings(measurements=(*MEASUREMENTS, "fake_panel")))
    assert both.measurements[:-1] == alone.measurements
    assert both.facts == alone.facts
    footing, options, indices, _ = fake_panel.seen[0]
    assert indices == list(range(footing.frames)) == list(range(32))
    assert (footing.fps, footing.header.width, footing.header.height) == (8.0, 208, 120)
    assert options == PanelOptions("cpu", "early")
    with ClipReader(clip) as reader:
        mean = np.mean([frame.rgb_native().mean() for frame in reader])
    values = {value.metric: value for value in both.measurements[-1].values}
    assert values["fake_panel.brightness"].value == pytest.approx(mean)
    assert values["fake_panel.learned"].status == "abstained"
    assert both.measurements[-1].notes == ("A panel was here.",)


def test_panels_alone_run_no_axis_and_decode_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_session(*_: object) -> None:
        raise AssertionError("the axes ran")

    monkeypatch.setattr(score, "Session", no_session)
    scored = measure(shared_stage().clip(SMALL), Settings(measurements=("fake_panel",)))
    assert [item.identity.measurement for item in scored.measurements] == ["fake_panel"]
    assert scored.facts["frames"] == len(fake_panel.seen[0][2]) == 32


def test_one_conversion_serves_all_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(panels.MODULES, "second", "tests.metrics.fake_panel")
    measure(shared_stage().clip(SMALL), Settings(measurements=("fake_panel", "second")))
    first, second = fake_panel.seen
    assert first[0].shared is second[0].shared
    assert first[3] == second[3]


def test_panels_need_no_three_seconds(tmp_path: Path) -> None:
    clip = odd_clips.half_second(tmp_path)
    scored = measure(clip, Settings(measurements=(*MEASUREMENTS, "fake_panel")))
    assert all(v.status == "abstained" for m in scored.measurements[:-1] for v in m.values)
    assert scored.measurements[-1].values[0].status == "ok"


def test_a_picture_is_native_upright_and_read_only(tmp_path: Path) -> None:
    clip = odd_clips.write_clip(tmp_path / "a.mp4", odd_clips.pictures(64, 48))
    with ClipReader(clip, max_short_side=24) as reader:
        for frame in reader:
            picture = frame.rgb_native()
            assert picture is frame.rgb_native()
            assert picture.shape == (48, 64, 3) and picture.dtype == np.uint8
            np.testing.assert_array_equal(picture, frame.rgb(48))
            assert abs(int(picture[2, 2, 0]) - odd_clips.CORNERS["top_left"]) <= 2
            with pytest.raises(ValueError):
                picture[0, 0] = 0


def test_identities_of_panels_know_the_mask_source_and_not_the_device() -> None:
    def of(device: str, source: str) -> str:
        chosen = Settings(measurements=("drift", "fake_panel"), device=device)
        return identities(chosen, source)["fake_panel"].digest  # type: ignore[arg-type]

    assert of("cpu", "early") == of("cuda", "early") != of("cpu", "truth")


def test_identities_of_panels_alone_need_no_flow_backend(tmp_path: Path) -> None:
    chosen = Settings("raft", tmp_path / "missing.pth", ("fake_panel",))
    assert list(identities(chosen, "early")) == ["fake_panel"]


def test_quantities_are_those_asked_for() -> None:
    axes = quantities(MEASUREMENTS)
    assert not any(item.id.startswith("fake_panel.") for item in axes)
    assert quantities((*MEASUREMENTS, "fake_panel")) == (*axes, *fake_panel.QUANTITIES)
    assert set(fake_panel.QUANTITIES) <= set(quantities())


def test_an_unknown_panel_is_told_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match=r"expected one of .*fake_panel; got 'vbnech'"):
        identities(Settings(measurements=("drift", "vbnech")), "early")


@pytest.mark.parametrize("name", sorted(panels.MODULES))
def test_every_panel_declares_what_the_contract_asks_for(name: str) -> None:
    module = panels.panel(name)
    assert name == module.NAME
    assert module.VERSION >= 1
    assert all(item.id.startswith(f"{name}.") for item in module.QUANTITIES)
    assert len({item.id for item in module.QUANTITIES}) == len(module.QUANTITIES)
    assert list(inspect.signature(module.settings).parameters) == ["options"]
    assert list(inspect.signature(module.open).parameters) == ["footing", "options"]


def test_listing_panels_loads_no_network_library() -> None:
    program = (
        "import sys; from metrics.score import quantities; quantities(); "
        "print({'torch', 'torchvision', 'open_clip', 'timm', 'lpips'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout.strip().replace("set()", "[]")) == []


# ---- frames counted by demuxing


@pytest.mark.parametrize("name", sorted(odd_clips.READABLE))
def test_packets_are_as_many_as_frames(name: str, tmp_path: Path) -> None:
    clip = odd_clips.READABLE[name](tmp_path)
    with ClipReader(clip) as reader:
        frames = sum(1 for _ in reader)
        packets = counted(clip)
        assert packets.frames == frames
        if reader.header.promised_fps is not None:
            assert packets.fps == reader.header.promised_fps


def test_the_rate_is_the_containers() -> None:
    clip = shared_stage().clip(SMALL)
    assert counted(clip).fps == 8.0


def test_ntsc_rate_is_kept(tmp_path: Path) -> None:
    rate = Fraction(24000, 1001)
    clip = odd_clips.write_clip(tmp_path / "a.mp4", odd_clips.pictures(), fps=rate)
    assert counted(clip).fps == pytest.approx(float(rate), rel=1e-6)


def test_a_file_that_is_no_video_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("no video")
    with pytest.raises(ClipError, match="expected a video"):
        counted(path)
