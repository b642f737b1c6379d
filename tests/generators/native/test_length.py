"""Lengths: what is asked of a program for a horizon, and what comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.native.length import SLACK, TOLERANCE, Fixed, Latents, Rollouts

# Design table: 21 latents for 5 s, 240 / 480 / 960 for 60 / 120 / 240 s, blocks of three and of six alike.
TABLE = [(80, 21), (480, 120), (960, 240), (1920, 480), (3840, 960)]


@pytest.mark.parametrize(("frames", "latents"), TABLE)
def test_blocks_of_three(frames: int, latents: int) -> None:
    assert Latents(3).ask(frames) == latents
    assert Latents(3).frames(latents) == 1 + 4 * (latents - 1)


@pytest.mark.parametrize(("frames", "latents"), [(80, 24), *TABLE[1:]])
def test_blocks_of_six(frames: int, latents: int) -> None:
    assert Latents(6).ask(frames) == latents


def test_single_frames_make_the_authors_own_five_seconds() -> None:
    assert Latents(1, cap=21).ask(80) == 21


def test_a_decoder_that_starts_anew_is_made_up_for() -> None:
    rule = Latents(3, decoded_together=120)
    assert [rule.frames(latents) for latents in (120, 123, 240, 960)] == [477, 486, 954, 3816]
    assert [rule.frames(rule.ask(frames)) for frames in (960, 1920, 3840)] == [963, 1917, 3837]


@pytest.mark.parametrize(
    ("frames", "rollouts"), [(82, 2), (144, 2), (145, 3), (960, 14), (1920, 27), (3840, 54)]
)
def test_segments(frames: int, rollouts: int) -> None:
    assert Rollouts(72).ask(frames) == rollouts
    assert Rollouts(72).frames(rollouts) == 72 * rollouts
    assert Rollouts(72).most is None


def test_a_fixed_length() -> None:
    assert (Fixed(81).ask(5), Fixed(81).frames(81), Fixed(81).most) == (81, 81, 81)


RULES = st.builds(
    Latents,
    st.sampled_from([1, 3, 6]),
    st.none(),
    st.sampled_from([None, 12, 120]),
)


@given(RULES, st.integers(1, 4000))
def test_what_is_asked_covers_the_horizon_with_the_fewest_blocks(rule: Latents, frames: int) -> None:
    asked = rule.ask(frames)
    assert asked % rule.block == 0
    assert rule.frames(asked) >= frames - SLACK
    less = asked - rule.block
    assert less < rule.block or rule.frames(less) < frames
    if less >= rule.block and rule.frames(less) >= frames - SLACK:  # one block more, because it still fits
        assert rule.frames(asked) <= frames + TOLERANCE


@given(st.sampled_from([1, 3, 6]), st.integers(1, 84))
def test_a_cap_is_never_passed(block: int, frames: int) -> None:
    rule = Latents(block, cap=21)
    assert rule.most is not None
    if frames <= rule.most:
        assert rule.ask(frames) <= 21
