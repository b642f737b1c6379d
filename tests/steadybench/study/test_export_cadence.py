"""Frame repetition: whole, exact in length, nothing interpolated."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from steadybench.study.exporting.cadence import TooShortError, Window, shown, windows


def _clip(fps: float, frames: int) -> Iterator[tuple[float, int]]:
    return ((i / fps, i) for i in range(frames))


@pytest.mark.parametrize(("fps", "rate", "times"), [(16, 48, 3), (24, 48, 2), (12, 48, 4), (30, 30, 1)])
def test_at_a_whole_multiple_every_picture_stays_equally_long(fps: int, rate: int, times: int) -> None:
    """Also where a clip has more pictures than are shown."""
    held = list(shown(_clip(fps, 3 * fps), Window(0, 2 * rate), Fraction(rate)))
    assert held == [(i, times) for i in range(2 * fps)]


def test_slightly_odd_times_change_nothing() -> None:
    """Times in whole milliseconds, as some containers keep them."""
    pictures = ((round(i / 24, 3), i) for i in range(48))
    assert {times for _, times in shown(pictures, Window(0, 96), Fraction(48))} == {2}


def test_uneven_intervals_keep_their_times() -> None:
    """A picture stays until the next one comes."""
    pictures = iter([(0.0, "a"), (0.5, "b"), (0.6, "c"), (1.5, "d")])
    assert list(shown(pictures, Window(0, 20), Fraction(10))) == [("a", 5), ("b", 1), ("c", 9), ("d", 5)]


def test_a_clip_that_ends_before_the_excerpt_is_refused() -> None:
    """The last picture is not stretched to fill the time; half a frame of rounding is."""
    with pytest.raises(TooShortError, match=r"expected 2 s of pictures, it ends after 1.50 s"):
        list(shown(_clip(16, 24), Window(0, 96), Fraction(48)))
    held = list(shown(_clip(16, 32), Window(0, 97), Fraction(48)))
    assert sum(times for _, times in held) == 97


def test_both_ends_are_cut_at_the_same_seconds() -> None:
    """17 s of a clip that is shown until 30: 8 s, 1 s of grey, 8 s up to the thirtieth."""
    first, last = windows("ends", 17.0, 30.0, Fraction(24))
    assert (first, last) == (Window(0, 192), Window(22 * 24, 192))
    pictures = _clip(12, 12 * 31)
    assert [picture for picture, _ in shown(pictures, first, Fraction(24))] == list(range(96))
    assert [picture for picture, _ in shown(pictures, last, Fraction(24))] == list(range(264, 360))


def test_a_window_may_begin_between_two_pictures() -> None:
    """The picture that is on screen then comes first, for what is left of its time."""
    held = list(shown(_clip(2, 8), Window(9, 8), Fraction(8)))
    assert held == [(2, 3), (3, 4), (4, 1)]
