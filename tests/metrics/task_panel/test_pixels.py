"""sharp_ratio to stag_onset: against a second implementation, by hand, on bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from metrics.task_panel.pixels import PixelMeter, RunningMean
from metrics.task_panel.plan import sampled
from tests.metrics.task_panel import scenes, whole


def streamed(frames: list[Any]) -> dict[str, float]:
    meter = PixelMeter(len(frames))
    for frame in frames:
        meter.add(frame)
    return meter.numbers()


@pytest.mark.parametrize(
    "made",
    [{"count": 40}, {"count": 40, "slowing": 0.09}, {"count": 25, "pan": 0.5}, {"count": 6}, {"count": 13}],
)
def test_one_pass_agrees_with_the_whole_clip(made: dict[str, Any]) -> None:
    frames = scenes.river(**made, height=120, width=160)
    found, wanted = streamed(frames), whole.from_pixels(frames)
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, rel=1e-9, abs=1e-9), key


def halves(left: list[int], right: list[int]) -> list[Any]:
    frames = []
    for a, b in zip(left, right, strict=True):
        frame = np.full((60, 80, 3), a, np.uint8)
        frame[:, 40:] = b
        frames.append(frame)
    return frames


def test_numbers_by_hand() -> None:
    """20 samples, windows of 3: the left half darkens by 10 at once, the right half's steps shrink from 8."""
    steps = [8] * 9 + [6] * 5 + [2] * 5
    right = np.cumsum([0, *steps]).tolist()
    found = streamed(halves([100] * 15 + [90] * 5, right))
    assert found["idpsnr_late"] == pytest.approx(20 * np.log10(255 / 10))
    assert found["fdp"] == pytest.approx(2 / 8, rel=1e-6)
    assert found["stag_onset"] == pytest.approx(14 / 19)
    # grey of code v has L* = 116 (v linear)^(1/3) - 16: 42.37 for 100, 38.35 for 90; a and b stay
    assert found["dl_static"] == pytest.approx(38.35 - 42.37, abs=0.4)
    assert found["de_static"] == pytest.approx(2.55 * abs(found["dl_static"]), rel=1e-5)


def test_sharpness_counts_the_whole_frame() -> None:
    frames = [np.repeat(np.uint8([[[20]], [[220]]] * 30), 80, axis=1).repeat(3, axis=2)] * 20
    frames = frames[:10] + [(frame // 2) for frame in frames[10:]]
    assert streamed(frames)["sharp_ratio"] == pytest.approx(0.25, rel=1e-6)


def test_one_low_sample_is_a_stagnation() -> None:
    """Known fault: one repeated frame in a moving clip is enough."""
    values = list(range(0, 200, 10))
    values[12] = values[11]
    assert streamed(halves([50] * 20, values))["stag_onset"] == pytest.approx(11 / 19)


@pytest.mark.parametrize("code", [0, 255])
def test_nothing_to_see_gives_what_the_program_gives(code: int) -> None:
    found = streamed([np.full((40, 60, 3), code, np.uint8)] * 8)
    assert found == {
        "sharp_ratio": 0.0, "de_static": 0.0, "de_static_f64": 0.0, "dl_static": 0.0, "fdp": 0.0,
        "idpsnr_late": pytest.approx(60.0), "stag_onset": 0.0,
    }  # fmt: skip


def test_noise_everywhere_is_read_on_the_whole_frame() -> None:
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, (40, 60, 3), dtype=np.uint8) for _ in range(10)]
    found, wanted = streamed(frames), whole.from_pixels(frames)
    assert found == {key: pytest.approx(value, rel=1e-9, abs=1e-9) for key, value in wanted.items()}


def test_a_still_region_of_a_few_pixels_becomes_the_whole_frame() -> None:
    frames = [np.random.default_rng(i).integers(0, 256, (30, 30, 3), dtype=np.uint8) for i in range(8)]
    for frame in frames:
        frame[12:17, 12:17] = 128
    found, wanted = streamed(frames), whole.from_pixels(frames)
    assert found["idpsnr_late"] == pytest.approx(wanted["idpsnr_late"])
    assert found["idpsnr_late"] < 12


def test_the_published_mean_colour_is_rounded_and_kept_so() -> None:
    """Above 2^24 float32 sums lose low bits; the published program's mean is off by then, and so is ours."""
    rng = np.random.default_rng(2)
    parts = [(140 + rng.integers(-20, 21, (250_000, 3))).astype(np.uint8) for _ in range(8)]
    mean = RunningMean()
    for part in parts:
        mean.add(part)
    table = np.concatenate(parts).astype(np.float32)
    assert mean.as_coded().tolist() == table.mean(axis=0).tolist()
    assert mean.exact() == pytest.approx(table.mean(axis=0, dtype=float), rel=1e-12)
    assert np.abs(mean.as_coded() - mean.exact()).max() > 0.01


@pytest.mark.parametrize(("frames", "count"), [(5, 5), (160, 160), (161, 160), (957, 160), (3837, 160)])
def test_samples_are_spread_over_the_clip(frames: int, count: int) -> None:
    found = sampled(frames)
    assert len(set(found)) == count
    assert (found[0], found[-1]) == (0, frames - 1)
    steps = np.diff(found)
    assert steps.max() - steps.min() <= 1
