"""CIEDE2000 against the published pairs, and the split of a colour change into tone and structure."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from metrics.colour import ciede2000, colour_change

Lab = tuple[float, float, float]

# Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula", table 1.
SHARMA: list[tuple[Lab, Lab, float]] = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 3.1571, -77.2803), (50.0, 0.0, -82.7485), 2.8615),
    ((50.0, 2.8361, -74.0200), (50.0, 0.0, -82.7485), 3.4412),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
    ((50.0, 2.5, 0.0), (56.0, -27.0, -3.0), 31.9030),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


def flat(colour: Lab, pixels: int = 60) -> NDArray[np.float64]:
    return np.tile(np.array(colour), (pixels, 1))


@pytest.mark.parametrize(("before", "after", "difference"), SHARMA)
def test_published_pairs(before: Lab, after: Lab, difference: float) -> None:
    assert ciede2000(flat(before), flat(after)) == pytest.approx(difference, abs=1e-4)


@pytest.fixture
def region() -> NDArray[np.float32]:
    rng = np.random.default_rng(3)
    lab = np.array([55, 4, 12]) + rng.normal(size=(2000, 3)) * [14, 5, 8]
    return lab.astype(np.float32)


def test_nothing_changed(region: NDArray[np.float32]) -> None:
    found = colour_change(region, region.copy())
    assert found.tone < 0.01 and found.structure < 0.01


@pytest.mark.parametrize("gain", [[1.5, 1, 1], [1, 1.8, 1.8], [1.3, 1.4, 1.4]])
def test_growth_of_contrast_and_chroma_is_left_to_hardening(
    region: NDArray[np.float32], gain: list[float]
) -> None:
    grown = region.copy()
    grown[:, 0] = region[:, 0].mean() + (region[:, 0] - region[:, 0].mean()) * gain[0]
    grown[:, 1:] = region[:, 1:] * gain[1:]
    faded = region * np.array([1, 0.5, 0.5], np.float32)

    assert colour_change(region, grown).tone < 0.3
    assert colour_change(region, faded).tone > 3


GRADES = [np.diag([0.8, 1, 1]), np.diag([1, 0.4, 0.4]), np.array([[1, 0, 0], [0.1, 0.9, 0.1], [0, 0, 1]])]


@pytest.mark.parametrize("matrix", GRADES)
def test_an_affine_grade_is_all_tone(region: NDArray[np.float32], matrix: NDArray[np.float64]) -> None:
    graded = (region @ matrix.T + [4, -3, 6]).astype(np.float32)
    found = colour_change(region, graded)
    assert found.tone > 3
    assert found.structure < 0.02


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_a_splash_over_part_of_the_region_is_no_tone(region: NDArray[np.float32], share: float) -> None:
    splashed = region.copy()
    splashed[: int(share * len(region))] = (92, 0, 0)
    found = colour_change(region, splashed)
    assert found.tone < 0.5
    assert found.structure < 0.5


def test_a_splash_does_not_hide_a_grade(region: NDArray[np.float32]) -> None:
    graded = region + np.array([10, 0, 0], np.float32)
    expected = colour_change(region, graded).tone
    graded[:400] = (20, 30, -30)
    assert colour_change(region, graded).tone == pytest.approx(expected, rel=0.05)


def test_a_region_painted_anew_is_structure(region: NDArray[np.float32]) -> None:
    anew = np.random.default_rng(4).permutation(region)
    found = colour_change(region, anew)
    assert found.structure > 8
