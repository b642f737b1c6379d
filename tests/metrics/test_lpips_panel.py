"""LPIPS of the support: the network against the package's own, the panel with seeded random weights."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from metrics.clip import ClipReader
from metrics.lpips_panel import QUANTITIES, LpipsPanel, masked_mean, settings
from metrics.packets import counted
from metrics.panel import Footing, PanelOptions
from metrics.score import Settings, measure
from metrics.types import Value
from tests.reports.made import write_clip
from tests.scenes import Scene, labels_of, write

torch = pytest.importorskip("torch")
package = pytest.importorskip("lpips")


@pytest.fixture(scope="module")
def reference() -> Any:
    """The package's network: its own heads, a random backbone, nothing downloaded."""
    torch.manual_seed(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torchvision's, about the way the package asks for a network
        return package.LPIPS(net="alex", pnet_rand=True, spatial=True, verbose=False).eval()


@pytest.fixture(scope="module")
def network(reference: Any) -> Any:
    """Ours with the same weights."""
    from metrics.networks import lpips

    made = lpips.Lpips()
    slices = reference.net.state_dict()
    own = {f"features.{name.partition('.')[2]}": value for name, value in slices.items()}
    made.load_state_dict(own | lpips.heads(), strict=True)
    return made.eval().requires_grad_(requires_grad=False)


def pictures(count: int, height: int = 72, width: int = 101) -> Any:
    torch.manual_seed(1)
    return torch.rand(count, 3, height, width) * 255


def test_the_map_is_that_of_the_package(reference: Any, network: Any) -> None:
    a, b = pictures(4).split(2)
    with torch.inference_mode():
        wanted = reference(a / 127.5 - 1, b / 127.5 - 1)
        found = network(a, b)
    assert found.shape == (2, 1, 72, 101)
    assert float(wanted.mean()) > 0.01
    assert torch.allclose(found, wanted, rtol=1e-5, atol=1e-7)


def test_a_picture_is_at_no_distance_from_itself(network: Any) -> None:
    a = pictures(1)
    assert float(network(a, a).abs().max()) == 0.0
    assert float(network(a, 255 - a).min()) > 0.0


def test_batches_change_nothing(network: Any) -> None:
    a, b = pictures(6).split(3)
    together = network(a, b)
    apart = torch.cat([network(x[None], y[None]) for x, y in zip(a, b, strict=True)])
    assert torch.allclose(together, apart, rtol=1e-5, atol=1e-7)


def test_the_mean_over_a_mask_by_hand() -> None:
    spread = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert masked_mean(spread, np.array([[True, False, True], [False, False, True]])) == (0 + 2 + 5) / 3


SECONDS = 6.0
CLEAN = Scene(seconds=SECONDS, width=208, height=120)


def numbers(scene: Scene, folder: Path, network: Any, labels: Any = None) -> tuple[dict[str, Value], Any]:
    clip = write(scene, folder / scene.name)
    packets = counted(clip)
    with ClipReader(clip) as reader:
        source = "early" if labels is None else "truth"
        footing = Footing(reader.header, packets.fps, packets.frames, labels)
        opened = LpipsPanel(footing, PanelOptions(mask_source=source), network)
        for frame in reader:
            opened.add(frame)
    values, curves, _ = opened.finish()
    return {v.metric: v for v in values}, {c.metric: c for c in curves}


def test_a_scene_that_changes_lies_further_away(tmp_path: Path, network: Any) -> None:
    clean, curves = numbers(CLEAN, tmp_path, network, labels_of(CLEAN))
    moved = Scene(seconds=SECONDS, width=208, height=120, kind="drift", onset_s=3.0, ramp_s=2.0)
    drifted, later = numbers(moved, tmp_path, network, labels_of(CLEAN))
    assert clean["lpips.registered_share"].value == 1.0
    assert len(curves["lpips.support"].values) == SECONDS
    assert None not in curves["lpips.support"].values
    assert drifted["lpips.support_raw"].value > 2 * clean["lpips.support_raw"].value
    assert drifted["lpips.registered_share"].value == 1.0
    # While the camera is on its way, part of the distance is displacement, which registration takes out.
    assert later["lpips.support"].values[4] < 0.9 * later["lpips.support_raw"].values[4]
    assert later["lpips.support"].values[:3] == curves["lpips.support"].values[:3]


def test_masks_of_its_own_start_will_do(tmp_path: Path, network: Any) -> None:
    found, _ = numbers(CLEAN, tmp_path, network)
    assert found["lpips.support"].value is not None


def test_without_support_it_abstains(tmp_path: Path, network: Any) -> None:
    found, curves = numbers(CLEAN, tmp_path, network, np.full_like(labels_of(CLEAN), 2))
    assert {v.status for v in found.values()} == {"abstained"}
    assert not curves
    assert "still support covers 0.00 %" in found["lpips.support"].reason


def test_a_short_clip_abstains(tmp_path: Path, network: Any) -> None:
    found, _ = numbers(Scene(seconds=2.0, width=208, height=120), tmp_path, network)
    assert found["lpips.support"].reason == "the clip ends before 3 s"


def test_without_weights_it_abstains_with_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEADYBENCH_WEIGHTS", str(tmp_path / "none"))
    monkeypatch.setenv("STEADYBENCH_OFFLINE", "1")
    assert settings(PanelOptions())["missing"] == "alexnet"
    clip = write_clip(tmp_path / "clip.mp4", 1.0)
    found = measure(clip, Settings(measurements=("lpips",))).measurements[0]
    assert [v.metric for v in found.values] == [q.id for q in QUANTITIES]
    assert all(v.status == "abstained" and "alexnet" in v.reason for v in found.values)
