"""What each network is shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the panels extra is not installed")
views: Any = pytest.importorskip("metrics.networks.views", reason="the panels extra is not installed")

RNG = np.random.default_rng(3)
WIDE = RNG.integers(0, 256, (480, 832, 3), np.uint8)


def bicubic_column(row: np.ndarray, size: int) -> np.ndarray:
    """One row resized by hand: Keys' kernel with a = -0.75, centres aligned, edges repeated, no antialias."""
    scale = len(row) / size
    out = []
    for i in range(size):
        at = (i + 0.5) * scale - 0.5
        left = int(np.floor(at))
        total = 0.0
        for k in range(left - 1, left + 3):
            d = abs(at - k)
            near = 1.25 * d**3 - 2.25 * d**2 + 1
            far = -0.75 * d**3 + 3.75 * d**2 - 6 * d + 3
            total += (near if d <= 1 else far) * row[min(max(k, 0), len(row) - 1)]
        out.append(total)
    return np.array(out)


def step_edge() -> np.ndarray:
    picture = np.zeros((224 * 2, 224 * 3, 3), np.uint8)
    picture[:, 336:] = 255
    return picture


def test_bicubic_overshoot_is_kept_unrounded_and_without_antialias() -> None:
    x = views.tensor([step_edge()])
    shown = views.for_clip(x)[0, 0, 100].numpy() * 0.26862954 + 0.48145466
    by_hand = bicubic_column(step_edge()[0, :, 0].astype(float), 336)[56 : 56 + 224] / 255
    assert shown.min() < -0.05
    assert shown.max() > 1.05
    np.testing.assert_allclose(shown, by_hand, atol=1e-5)


def test_clip_sees_the_middle_of_a_wide_picture() -> None:
    picture = WIDE.copy()
    seen = views.for_clip(views.tensor([picture]))
    assert seen.shape == (1, 3, 224, 224)
    picture[:, : int(832 * 0.2)] = 0  # within the 21 % that are cut off
    picture[:, -int(832 * 0.2) :] = 255
    assert torch.equal(seen, views.for_clip(views.tensor([picture])))


def test_colours_are_normalised_channel_by_channel() -> None:
    flat = np.full((300, 300, 3), (255, 128, 0), np.uint8)
    clip = views.for_clip(views.tensor([flat]))[0, :, 7, 9].numpy()
    dino = views.for_dino(views.tensor([flat]))[0, :, 7, 9].numpy()
    unit = np.array([1.0, 128 / 255, 0.0])
    clip = clip * [0.26862954, 0.26130258, 0.27577711] + [0.48145466, 0.4578275, 0.40821073]
    np.testing.assert_allclose(clip, unit, atol=1e-5)
    np.testing.assert_allclose(dino * [0.229, 0.224, 0.225], unit - [0.485, 0.456, 0.406], atol=1e-5)


@pytest.mark.parametrize(
    ("size", "dino", "musiq"),
    [
        ((480, 832), (224, 388), (295, 512)),
        ((832, 480), (388, 224), (512, 295)),
        ((96, 160), (224, 373), (96, 160)),
        ((512, 512), (224, 224), (512, 512)),
        ((720, 1280), (224, 398), (288, 512)),
    ],
)
def test_sizes(size: tuple[int, int], dino: tuple[int, int], musiq: tuple[int, int]) -> None:
    x = views.tensor([np.zeros((*size, 3), np.uint8)])
    assert views.for_dino(x).shape[-2:] == dino
    assert views.for_musiq(x).shape[-2:] == musiq
    assert views.for_clip(x).shape[-2:] == (224, 224)


def test_musiq_is_shown_plain_values_from_0_to_1() -> None:
    small = WIDE[:96, :160]
    shown = views.for_musiq(views.tensor([small]))[0].permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(shown, small.astype(np.float32) / np.float32(255))


def test_padding_repeats_edges_on_both_sides() -> None:
    x = torch.arange(30.0).reshape(1, 1, 5, 6)
    larger, (rows, columns) = views.padded(x, 8)
    assert larger.shape == (1, 1, 8, 8)
    assert torch.equal(larger[..., rows, columns], x)
    assert (rows, columns) == (slice(1, 6), slice(1, 7))
    np.testing.assert_array_equal(larger[0, 0], np.pad(x[0, 0].numpy(), [(1, 2), (1, 1)], mode="edge"))
    same, inside = views.padded(torch.zeros(1, 3, 480, 832), 8)
    assert same.shape == (1, 3, 480, 832) and inside == (slice(0, 480), slice(0, 832))
