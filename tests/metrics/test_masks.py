"""Regions nest, keep away from each other and not from the picture's border; digests tell masks apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from metrics.masks import Labels, Masks, Region, digest, masks_from_labels
from metrics.picture import erode, resize_mask, tidy

IGNORE, SUPPORT, MEDIUM, OVERLAY = 0, 1, 2, 3
NESTED = ("eroded4", "", "dilated4")


def blobs(seed: int, shape: tuple[int, int] = (120, 160)) -> Labels:
    """A map of random patches of all four roles."""
    rng = np.random.default_rng(seed)
    patches = rng.integers(0, 4, (shape[0] // 30, shape[1] // 40), np.uint8)
    return np.kron(patches, np.ones((30, 40), np.uint8)).astype(np.uint8)


def halves() -> Labels:
    labels = np.full((120, 160), SUPPORT, np.uint8)
    labels[60:] = MEDIUM
    return labels


@given(st.integers(0, 10**6))
@settings(deadline=None, derandomize=True, max_examples=25)
def test_variants_nest(seed: int) -> None:
    regions = Masks(blobs(seed), "truth").regions()
    for smaller, larger in pairwise(NESTED):
        for kind in ("support", "medium"):
            inner: NDArray[np.bool_] = getattr(regions[smaller], kind)
            outer: NDArray[np.bool_] = getattr(regions[larger], kind)
            assert not (inner & ~outer).any()


def test_variants_differ_by_two_pixels_at_240_lines() -> None:
    """4 px of a 480-line picture are 2 px at the working size."""
    edges = [int(np.flatnonzero(r.medium[:, 80]).min()) for r in _in_order(halves())]
    assert edges[0] - edges[1] == edges[1] - edges[2] == 2


def _in_order(labels: Labels) -> list[Region]:
    regions = Masks(labels, "truth").regions()
    return [regions[name] for name in NESTED]


def test_support_and_medium_keep_a_distance() -> None:
    region = Masks(halves(), "truth").regions()[""]
    assert not (erode(region.support, -2) & erode(region.medium, -2)).any()


def test_the_border_of_the_picture_is_no_boundary() -> None:
    for region in _in_order(halves()):
        assert region.support[0].all() and region.support[:40, 0].all() and region.support[:40, -1].all()
        assert region.medium[-1].all() and region.medium[-40:, 0].all()


def test_overlay_is_support_and_medium_at_once() -> None:
    labels = halves()
    labels[:30] = OVERLAY
    labels[30:40] = IGNORE
    masks = Masks(labels, "truth")
    assert masks.has_overlay and not Masks(halves(), "truth").has_overlay
    assert masks.support[:30].all() and masks.medium[:30].all()
    assert not (masks.support | masks.medium)[30:40].any()
    assert masks.medium[60:].all() and not masks.support[60:].any()


def test_labels_are_brought_to_size_without_new_roles() -> None:
    labels = blobs(5, (240, 320))
    labels[labels == MEDIUM] = OVERLAY
    masks = masks_from_labels(labels, "annotated", (120, 160))
    assert masks.labels.shape == (120, 160) and masks.labels.dtype == np.uint8
    assert set(np.unique(masks.labels)) <= set(np.unique(labels))
    assert np.mean(masks.labels == labels[::2, ::2]) > 0.97
    assert masks.source == "annotated"


# ---- digest


@given(st.integers(0, 11), st.integers(0, 15), st.integers(1, 3))
@settings(deadline=None, derandomize=True)
def test_any_pixel_changes_the_digest(y: int, x: int, by: int) -> None:
    labels = blobs(7, (120, 160))[::10, ::10].copy()
    changed = labels.copy()
    changed[y, x] = (changed[y, x] + by) % 4
    assert digest(changed) != digest(labels)
    assert digest(labels.copy()) == digest(labels)


def test_the_shape_is_part_of_the_digest() -> None:
    flat = np.ones(24, np.uint8)
    assert len({digest(flat.reshape(s)) for s in ((4, 6), (6, 4), (2, 12), (24, 1))}) == 4


def test_the_layout_in_memory_is_not() -> None:
    labels = blobs(8)
    assert digest(np.asfortranarray(labels)) == digest(labels) == digest(labels[::-1][::-1])


def test_an_early_mask_has_no_bytes_yet() -> None:
    assert digest(None) == "early"


# ---- shapes


@pytest.mark.parametrize("radius", [1, 3, 5])
def test_erosion_takes_a_disc_off(radius: int) -> None:
    mask = np.zeros((60, 60), bool)
    mask[15:45, 15:45] = True
    assert erode(mask, radius).sum() == (30 - 2 * radius) ** 2
    grown = erode(mask, -radius)
    assert grown[30, 15 - radius] and not grown[30, 14 - radius]
    assert not grown[15 - radius, 15 - radius]
    assert np.array_equal(erode(mask, 0), mask)


def test_tidying_removes_specks_and_fills_pinholes() -> None:
    mask = np.zeros((60, 60), bool)
    mask[20:50, 20:50] = True
    messy = mask.copy()
    messy[5, 5], messy[35, 35] = True, False
    assert not tidy(messy)[5, 5] and tidy(messy)[35, 35]
    assert np.mean(tidy(messy) == mask) > 0.99


def test_a_resized_pixel_is_inside_only_if_all_of_it_was() -> None:
    mask = np.zeros((40, 40), bool)
    mask[9:31, 10:30] = True
    small = resize_mask(mask, (20, 20))
    assert small[5:15, 5:15].all() and small.sum() == 100
    assert resize_mask(mask, (80, 80)).sum() == 4 * mask.sum()
    assert np.array_equal(resize_mask(mask, (40, 40)), mask)
