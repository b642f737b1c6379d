"""Every dial: nothing before its onset, its own effect after it, nothing where it has no business."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.contract import MEDIUM, OVERLAY, SUPPORT
from generators.procedural.dials import KINDS, Dial
from generators.procedural.effects import tremble
from generators.procedural.renderer import Renderer

WIDTH, HEIGHT, FPS, ONSET = 160, 96, 8.0, 2.0
FIRST = 16
MEDIUM_KINDS = sorted(kind for kind, spec in KINDS.items() if spec.target == "medium")
SCENE_KINDS = sorted(set(KINDS) - set(MEDIUM_KINDS))


@cache
def make(medium: str, *dials: Dial) -> Renderer:
    return Renderer(medium, 9, WIDTH, HEIGHT, FPS, dials=dials)


def grey(renderer: Renderer, k: int) -> np.ndarray:
    return renderer.frame(k).astype(np.float32).mean(axis=-1)


@pytest.mark.parametrize("medium", ["fire", "snow"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_frames_before_the_onset_are_untouched_and_later_ones_differ(kind: str, medium: str) -> None:
    clean, failing = make(medium), make(medium, Dial(kind, ONSET))

    assert all(np.array_equal(clean.frame(k), failing.frame(k)) for k in (0, 7, FIRST - 1))
    assert not np.array_equal(clean.frame(FIRST + 29), failing.frame(FIRST + 29))


@pytest.mark.parametrize("medium", ["river", "smoke", "rain"])
@pytest.mark.parametrize("kind", MEDIUM_KINDS)
def test_medium_dials_leave_support_bit_identical(kind: str, medium: str) -> None:
    clean, failing = make(medium), make(medium, Dial(kind, ONSET))
    support = clean.labels == SUPPORT

    assert np.array_equal(clean.frame(50)[support], failing.frame(50)[support])


@pytest.mark.parametrize("kind", SCENE_KINDS)
def test_other_dials_change_the_support(kind: str) -> None:
    clean, failing = make("river"), make("river", Dial(kind, ONSET))
    support = clean.labels == SUPPORT
    change = np.abs(failing.frame(90)[support].astype(int) - clean.frame(90)[support])

    assert change.mean() > 1.0


@pytest.mark.parametrize("kind", ["boiling", "drift", "redraw"])
def test_support_dials_leave_opaque_water_alone(kind: str) -> None:
    clean, failing = make("river"), make("river", Dial(kind, ONSET))
    water = clean.labels == MEDIUM
    change = np.abs(failing.frame(60)[water].astype(int) - clean.frame(60)[water])

    assert change.max() <= 1


def test_stagnation_slows_to_a_stop() -> None:
    failing = make("river", Dial("stagnation", ONSET))
    water = failing.labels == MEDIUM
    step = [
        np.abs(grey(failing, k + 1) - grey(failing, k))[water].mean() for k in (8, FIRST + 16, FIRST + 40)
    ]

    assert step[0] > 5
    assert 0.1 * step[0] < step[1] < 0.95 * step[0]
    assert step[2] == 0


def test_stagnation_at_half_strength_ends_at_half_speed() -> None:
    dial = Dial("stagnation", 10.0, 0.5, ramp_s=2.0)

    assert np.isclose(dial.clock(30.0, 8.0) - dial.clock(29.0, 8.0), 0.5)
    assert dial.clock(9.0, 8.0) == 9.0


def test_freeze_holds_the_medium() -> None:
    failing = make("fire", Dial("freeze", ONSET))

    assert np.array_equal(failing.frame(FIRST), failing.frame(70))


def test_replay_is_an_exact_loop_of_the_last_seconds() -> None:
    failing, clean = make("surf", Dial("replay", ONSET)), make("surf")

    for k in (FIRST, FIRST + 5, FIRST + 15):
        assert np.array_equal(failing.frame(k), clean.frame(k - FIRST))
        assert np.array_equal(failing.frame(k), failing.frame(k + 5 * FIRST))
    assert not np.array_equal(failing.frame(FIRST), failing.frame(FIRST + 8))


def test_pingpong_plays_backward_then_forward() -> None:
    failing, clean = make("surf", Dial("pingpong", ONSET)), make("surf")

    assert np.array_equal(failing.frame(FIRST), clean.frame(FIRST - 2))
    assert np.array_equal(failing.frame(FIRST + 3), clean.frame(FIRST - 5))
    assert np.array_equal(failing.frame(FIRST + 4), failing.frame(FIRST + 4 + 2 * (FIRST - 1)))


@settings(deadline=None, derandomize=True)
@given(
    st.sampled_from(["replay", "pingpong"]),
    st.floats(0, 20),
    st.floats(0.25, 4),
    st.sampled_from([8.0, 16.0, 23.976, 30.0]),
    st.integers(0, 600),
)
def test_looping_clocks_only_show_what_was_shown_before(
    kind: str, onset: float, strength: float, fps: float, k: int
) -> None:
    dial = Dial(kind, onset, strength)
    first = int(np.ceil(onset * fps - 1e-6))
    shown = dial.clock(k / fps, fps)

    if k < first:
        assert shown == k / fps
    elif first > 0:
        assert -1e-6 <= shown <= first / fps - 1 / fps + 1e-6


@settings(deadline=None, derandomize=True)
@given(st.sampled_from(sorted(KINDS)), st.floats(0, 50), st.floats(0, 3))
def test_amount_is_zero_to_the_onset_then_grows_to_the_strength(
    kind: str, onset: float, strength: float
) -> None:
    dial = Dial(kind, onset, strength)
    times = np.linspace(0, onset + dial.ramp + 1, 60)
    amounts = [dial.amount(float(t)) for t in times]

    assert all(a == 0 for a, t in zip(amounts, times, strict=True) if t <= onset)
    assert all(b >= a - 1e-12 for a, b in pairwise(amounts))
    assert np.isclose(amounts[-1], strength)


def test_attenuation_takes_motion_and_contrast_out_of_the_medium() -> None:
    clean, failing = make("waterfall"), make("waterfall", Dial("attenuation", ONSET))
    water = clean.labels == MEDIUM
    motion = [np.abs(grey(r, 60) - grey(r, 59))[water].mean() for r in (clean, failing)]

    assert motion[1] < 0.05 * motion[0]


def test_sticking_pins_fine_detail_and_keeps_coarse_motion() -> None:
    clean, failing = make("river"), make("river", Dial("sticking", ONSET))
    water = cv2.erode((clean.labels == MEDIUM).astype(np.uint8), np.ones((5, 5))) > 0

    def split(renderer: Renderer, k: int) -> tuple[np.ndarray, np.ndarray]:
        picture = grey(renderer, k)
        coarse = cv2.GaussianBlur(picture, (0, 0), 4.0)
        return (picture - cv2.GaussianBlur(picture, (0, 0), 0.8))[water], coarse[water]

    def change(renderer: Renderer, part: int) -> float:
        a, b = split(renderer, 60)[part], split(renderer, 68)[part]
        return 1 - float(np.corrcoef(a, b)[0, 1])

    assert change(failing, 0) < 0.6 * change(clean, 0)
    assert change(failing, 1) > 0.8 * change(clean, 1)


def test_hardening_raises_and_blur_lowers_fine_contrast() -> None:
    def fine(kind: str | None) -> float:
        renderer = make("river", *([Dial(kind, ONSET)] if kind else []))
        return float(np.abs(cv2.Laplacian(grey(renderer, 80), cv2.CV_32F)).mean())

    clean, hard, soft = fine(None), fine("hardening"), fine("blur")

    assert hard > 1.4 * clean
    assert soft < 0.9 * clean


def test_tone_greys_the_picture_out() -> None:
    clean, failing = make("clouds").frame(90), make("clouds", Dial("tone", ONSET)).frame(90)
    chroma = [float(np.ptp(f.astype(int), axis=-1).mean()) for f in (clean, failing)]

    assert chroma[1] < 0.5 * chroma[0]
    assert failing.mean() < clean.mean()


def global_motion(a: np.ndarray, b: np.ndarray, support: np.ndarray) -> np.ndarray:
    """Similarity from a to b on the support by DIS flow: (scale, dx, dy at the middle)."""
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(a, b, None)
    ys, xs = np.nonzero(cv2.erode(support.astype(np.uint8), np.ones((9, 9))))
    source = np.stack([xs - WIDTH / 2, ys - HEIGHT / 2], 1).astype(np.float32)
    matrix, _ = cv2.estimateAffinePartial2D(source, source + flow[ys, xs])
    return np.array([np.hypot(matrix[0, 0], matrix[1, 0]), matrix[0, 2], matrix[1, 2]])


@pytest.mark.parametrize("medium", ["smoke", "snow"])
def test_camera_dials_move_the_whole_picture_as_said(medium: str) -> None:
    clean = make(medium)
    support = np.isin(clean.labels, (SUPPORT, OVERLAY))

    def motion(kind: str, k: int) -> np.ndarray:
        return global_motion(
            clean.frame(k).mean(axis=-1).astype(np.uint8),
            make(medium, Dial(kind, ONSET, 0.5)).frame(k).mean(axis=-1).astype(np.uint8),
            support,
        )

    pan, zoom = motion("pan", 80), motion("zoom", 80)
    assert np.isclose(abs(pan[1]), 0.06 * HEIGHT, atol=1.0)
    assert np.isclose(pan[0], 1.0, atol=0.01)
    assert np.isclose(zoom[0], 1.06, atol=0.015)
    seen = np.array([motion("shake", k)[1:] for k in range(40, 48)])
    said = np.array([tremble(9, k / FPS) for k in range(40, 48)]) * -0.004 * HEIGHT
    assert np.abs(seen - said).max() < 0.25


def test_shake_has_the_stated_size_and_no_drift() -> None:
    path = np.array([tremble(9, t) for t in np.arange(0, 200, 0.05)])

    assert np.isclose(np.sqrt(np.mean(np.sum(path**2, axis=1))), 1.0, atol=0.03)
    assert np.abs(path.mean(axis=0)).max() < 0.02


@pytest.mark.parametrize("kind", ["pan", "shake", "zoom"])
@pytest.mark.parametrize("medium", ["clouds", "rain", "surf"])
def test_a_camera_that_hardly_moves_shows_the_clean_picture(kind: str, medium: str) -> None:
    """The wider picture that a moving camera looks at is the same place."""
    clean, failing = make(medium), make(medium, Dial(kind, ONSET, 1e-6))

    assert np.abs(clean.frame(40).astype(int) - failing.frame(40)).mean() < 1.0


def test_boiling_wobbles_without_going_away() -> None:
    clean, failing = make("smoke"), make("smoke", Dial("boiling", ONSET, 0.8))
    support = clean.labels == SUPPORT
    still = grey(clean, 0)
    change = np.array([(grey(failing, k) - still)[support] for k in range(40, 80)])

    assert np.abs(change).mean() > 1.5
    assert np.abs(change.mean(axis=0)).mean() < 0.6 * np.abs(change).mean()


def test_drift_and_redraw_end_in_another_background_that_stays() -> None:
    for kind, least in (("redraw", 12.0), ("drift", 12.0)):
        clean, failing = make("river"), make("river", Dial(kind, ONSET))
        support = clean.labels == SUPPORT

        assert np.abs(grey(clean, 100) - grey(failing, 100))[support].mean() > least
        assert np.array_equal(failing.frame(100)[support], failing.frame(140)[support])


def test_dials_combine() -> None:
    failing = make("river", Dial("freeze", ONSET), Dial("hardening", ONSET))

    assert np.array_equal(failing.frame(80), failing.frame(120))
    assert not np.array_equal(failing.frame(80), make("river", Dial("freeze", ONSET)).frame(80))


@pytest.mark.parametrize(
    ("kind", "onset", "strength", "words"),
    [
        ("melting", 1.0, 1.0, "unknown dial 'melting'"),
        ("freeze", -1.0, 1.0, "onset"),
        ("freeze", 1.0, float("nan"), "strength"),
    ],
)
def test_bad_dials_are_refused(kind: str, onset: float, strength: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Dial(kind, onset, strength)
