"""One pass for all dimensions and both protocols, with seeded random weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from metrics import score
from metrics.panel import Footing, PanelOptions
from metrics.vbench import long, panel, weights
from metrics.vbench.long import VBenchLong, starts
from metrics.vbench.panel import VBench
from tests import odd_clips
from tests.scenes import Scene, shared_stage

Rgb = NDArray[np.uint8]
HEIGHT, WIDTH, FPS = 128, 136, 4.0


@dataclass
class Shown:
    """A frame as far as a panel looks at it."""

    index: int
    picture: Rgb
    asked: int = 0

    def rgb_native(self) -> Rgb:
        self.asked += 1
        return self.picture


def film(count: int) -> list[Rgb]:
    """Texture that slides faster and faster, with a little noise."""
    rng = np.random.default_rng(4)
    coarse = np.kron(rng.integers(0, 256, (HEIGHT // 8, 64, 3)), np.ones((8, 8, 1)))
    noise = rng.integers(-8, 9, (count, HEIGHT, WIDTH, 3))
    slid = [np.roll(coarse, i * i, axis=1)[:, :WIDTH] for i in range(count)]
    return [np.clip(s + n, 0, 255).astype(np.uint8) for s, n in zip(slid, noise, strict=True)]


def footing(frames: int, fps: float = FPS, height: int = HEIGHT, width: int = WIDTH) -> Footing:
    header: Any = SimpleNamespace(height=height, width=width)
    return Footing(header, fps, frames)


@pytest.fixture(scope="module")
def networks() -> Any:
    """RAFT's parts and a small DINO; stand-ins for the others, whose own tests run them. All are random."""
    torch = pytest.importorskip("torch", reason="the panels extra is not installed")
    pytest.importorskip("open_clip", reason="the panels extra is not installed")
    from metrics.networks import raft
    from metrics.networks.dino import Dino
    from metrics.networks.looking import Networks

    class Tower(torch.nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.deep = torch.nn.Sequential(
                torch.nn.Conv2d(3, width, 16, 16), torch.nn.Tanh(), torch.nn.Flatten(),
                torch.nn.Linear(width * 196, width),
            )  # fmt: skip

        def forward(self, x: Any) -> Any:
            found = self.deep(x)
            return found[:, 0] * 5 + 5 if found.shape[1] == 7 else found

    class Quality(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            return 100 * x.std(dim=(1, 2, 3))

    class Middle(torch.nn.Module):
        """Leaves the range at both ends, so that clipping shows."""

        def forward(self, a: Any, b: Any) -> Any:
            return (0.6 * a + 0.4 * b) * 1.2 - 0.1

    torch.manual_seed(6)
    dino = Dino(width=48, depth=2, heads=3)
    torch.nn.init.normal_(dino.pos_embed)
    made = (Tower(16), dino, Tower(7), Quality(), raft.untrained(), Middle())
    return Networks("cpu", *(network.eval() for network in made))


@pytest.fixture(autouse=True)
def two_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    """RAFT's twenty updates are proved elsewhere; two are as good to show what happens around them."""
    if weights.lacking_packages():
        return
    from metrics.networks import raft

    monkeypatch.setattr(raft, "UPDATES", 2)


def measured(
    networks: Any, pictures: list[Rgb], chunk: int | None = None, fps: float = FPS
) -> dict[str, float]:
    """All numbers of both protocols in one pass."""
    at = footing(len(pictures), fps, *pictures[0].shape[:2])
    engine = panel.new_engine(networks, at, chunk)
    both = [VBench(at, engine, {}), VBenchLong(at, engine, {})]
    for i, picture in enumerate(pictures):
        frame: Any = Shown(i, picture)
        for one in both:
            one.add(frame)
        assert frame.asked == 1
    values = [value for one in both for value in one.finish()[0]]
    return {value.metric: value.value for value in values if value.value is not None}


def test_every_number_comes_and_hangs_on_no_chunk(networks: Any) -> None:
    pictures = film(13)
    whole = measured(networks, pictures, 13)
    names = [q.id for q in panel.QUANTITIES] + [f"vbench_long.{name}" for name in (*long._TAKEN, "pieces")]
    assert list(whole) == [*names]
    for chunk in (1, 5):
        assert measured(networks, pictures, chunk) == pytest.approx(whole, rel=1e-5, abs=1e-6)
    assert whole["vbench.frames"] == 13
    assert 0 < whole["vbench.background_consistency"] < 1
    assert whole["vbench.imaging_quality"] != whole["vbench_long.imaging_quality"]


def test_the_long_protocol_is_the_short_one_on_pieces_of_two_seconds(networks: Any) -> None:
    pictures = film(21)  # 4 frames a second: pieces of 8, at 0, 8 and, reaching back, 13
    long_one = measured(networks, pictures)
    pieces = [measured(networks, pictures[start : start + 8]) for start in (0, 8, 13)]
    assert long_one["vbench_long.pieces"] == 3
    for name in long._TAKEN:
        mean = np.mean([piece[f"vbench.{name}"] for piece in pieces])
        assert long_one[f"vbench_long.{name}"] == pytest.approx(mean, rel=1e-5, abs=1e-6)


def test_numbers_are_those_of_the_networks_on_whole_lists(networks: Any) -> None:
    """Against the plain way: all frames at once, formulas written out."""
    import torch

    from metrics.networks import raft, views

    pictures = film(9)
    got = measured(networks, pictures, chunk=4, fps=16.0)
    with torch.inference_mode():
        x = views.tensor(pictures)
        features = torch.nn.functional.normalize(networks.background(views.for_clip(x)), dim=1)
        near, far = (features[1:] * features[:-1]).sum(1), (features[1:] * features[:1]).sum(1)
        background = (near.clamp(min=0) + far.clamp(min=0)).mean().item() / 2
        imaging = networks.imaging(views.for_musiq(x)).mean().item() / 100
        ready = raft.prepared(x)
        flows = networks.flow(ready[0:7:2], ready[2:9:2], num_flow_updates=2)[-1].square().sum(1).sqrt()
        speeds = [np.sort(f.numpy().ravel())[-int(f.numel() * 0.05) :].mean() for f in flows]
        made = networks.middle(x[0:7:2] / 255, x[2:9:2] / 255)
        eight_bits = torch.floor((made * 255).clamp(0, 255))
        middle = (eight_bits - x[1:9:2]).abs().mean().item()
    assert got["vbench.background_consistency"] == pytest.approx(background, rel=1e-5)
    assert got["vbench.imaging_quality"] == pytest.approx(imaging, rel=1e-4)
    threshold = 6.0 * 128 / 256
    expected = np.mean([min(speed / threshold, 1) for speed in speeds])
    assert got["vbench.dynamic_degree_cont"] == pytest.approx(expected, rel=1e-4)
    assert got["vbench.dynamic_degree"] == float(sum(s > threshold for s in speeds) >= round(4 * 5 / 16))
    assert got["vbench.motion_smoothness"] == pytest.approx(1 - middle / 255, rel=1e-4)


def test_each_picture_goes_through_each_network_once_for_both_protocols(networks: Any) -> None:
    seen: dict[str, int] = {}
    hooks = []
    flow = networks.flow
    parts = {"subject": networks.subject, "features": flow.feature_encoder, "middle": networks.middle}
    for name, part in parts.items():
        def count(_part: Any, given: Any, _out: Any, name: str = name) -> None:
            seen[name] = seen.get(name, 0) + len(given[0])

        hooks.append(part.register_forward_hook(count))
    measured(networks, film(17), fps=16.0)  # one piece of 17 frames in both protocols
    for hook in hooks:
        hook.remove()
    assert seen == {"subject": 17, "features": 9, "middle": 8}


def test_a_picture_too_small_for_motion_keeps_the_rest(networks: Any) -> None:
    pictures = [p[:96, :100].copy() for p in film(9)]
    at = footing(9, FPS, 96, 100)
    whole = VBench(at, panel.new_engine(networks, at), {})
    for i, picture in enumerate(pictures):
        whole.add(Shown(i, picture))  # type: ignore[arg-type]
    values = {value.metric.partition(".")[2]: value for value in whole.finish()[0]}
    absent = {name: value.reason for name, value in values.items() if value.status == "abstained"}
    assert set(absent) == {"dynamic_degree", "dynamic_degree_cont", "motion_smoothness"}
    assert set(absent.values()) == {"the picture is 100x96; its network needs sides of at least 128 px"}


# ---- what needs no network


@pytest.mark.parametrize(
    ("frames", "fps", "first", "length"),
    [
        (64, 16.0, [0, 32], 32),
        (81, 16.0, [0, 32, 49], 32),
        (31, 16.0, [0], 31),
        (32, 16.0, [0], 32),
        (93, 23.976, [0, 46, 47], 46),
        (5, 0.5, [0], 5),
    ],
)
def test_pieces(frames: int, fps: float, first: list[int], length: int) -> None:
    assert starts(frames, fps) == (first, length)


def abstained(scored: score.Scored) -> dict[str, str]:
    return {v.metric: v.reason for m in scored.measurements for v in m.values if v.status == "abstained"}


SMALL = Scene("river", seconds=4.0, width=208, height=120)
BOTH = score.Settings(measurements=("vbench", "vbench_long"))


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEADYBENCH_WEIGHTS", str(tmp_path / "none"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    monkeypatch.setenv("STEADYBENCH_OFFLINE", "1")


def test_without_weights_flicker_is_measured_and_the_rest_says_what_is_missing(no_weights: None) -> None:
    clip = shared_stage().clip(SMALL)
    scored = score.measure(clip, BOTH)
    values = {v.metric: v.value for m in scored.measurements for v in m.values if v.status == "ok"}
    assert set(values) == {"vbench.temporal_flickering", "vbench.frames", "vbench_long.pieces"}
    assert values["vbench.frames"] == 32
    assert values["vbench_long.pieces"] == 2
    reasons = abstained(scored)
    for name, needed in weights.NEEDS.items():
        if name not in panel.too_small(footing(1, 8.0, 120, 208)):
            assert all(entry in reasons[f"vbench.{name}"] for entry in needed)


def test_without_packages_networks_abstain_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda name: None if name == "open_clip" else name)
    reasons = abstained(score.measure(shared_stage().clip(SMALL), BOTH))
    assert "open_clip, which is not installed; run: pip install 'steadybench[panels]'" in (
        reasons["vbench.background_consistency"]
    )
    assert "vbench.temporal_flickering" not in reasons


def test_identity_changes_when_weights_come(no_weights: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = score.identities(BOTH, "early")
    assert before["vbench"].settings["weights"]["musiq-spaq"] == "missing"  # type: ignore[index,call-overload]
    monkeypatch.setattr(weights, "_digest", lambda _name: "a" * 64)
    if not weights.lacking_packages():
        assert score.identities(BOTH, "early")["vbench"].digest != before["vbench"].digest


def test_a_device_that_is_not_here_is_refused_before_anything_runs() -> None:
    pytest.importorskip("torch", reason="the panels extra is not installed")
    if weights.lacking_packages():
        pytest.skip("the panels extra is not installed")
    with pytest.raises(ValueError, match="device 'nonsense' cannot be used"):
        panel.settings(PanelOptions("nonsense"))


def test_the_long_protocol_needs_as_many_frames_as_were_promised(no_weights: None) -> None:
    at = footing(9)
    engine = panel.new_engine(None, at)
    one = VBenchLong(at, engine, {})
    one.add(Shown(0, film(1)[0]))  # type: ignore[arg-type]
    told = {value.reason for value in one.finish()[0]}
    assert told == {"the file promises 9 frames and 1 could be decoded"}


def test_one_frame_abstains_where_two_are_needed(tmp_path: Path, no_weights: None) -> None:
    clip = odd_clips.write_clip(tmp_path / "one.mp4", odd_clips.pictures(frames=1))
    scored = score.measure(clip, replace(BOTH, measurements=("vbench",)))
    assert abstained(scored)["vbench.temporal_flickering"] == "the clip has too few frames for it (1)"


def test_no_more_frames_are_held_than_the_next_pair_needs() -> None:
    at = footing(60, fps=30.0)
    engine = panel.new_engine(None, at, chunk=4)
    one = VBench(at, engine, {})
    picture = np.zeros((4, 4, 3), np.uint8)
    most = 0
    for i in range(60):
        one.add(Shown(i, picture))  # type: ignore[arg-type]
        most = max(most, len(engine._held))
    assert most <= 4 + 4  # one chunk, and the step between two samples at 30 frames a second
