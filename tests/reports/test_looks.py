"""Looks of methods: no two alike, the same in every report, readable on both papers, one palette."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reports
from reports.gather import Setup
from reports.looks import DARK, DASHES, KNOWN, LIGHT, MARKERS, looks

SHEET = Path(reports.__file__).parent / "assets" / "base.css"
PAPER = {"light": "#fdfdfb", "dark": "#16181b"}


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of #rrggbb."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("theme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_every_colour_can_be_read_as_text(theme: str, colours: tuple[str, ...]) -> None:
    assert f"--paper: {PAPER[theme]}" in SHEET.read_text(encoding="utf-8")
    assert min(contrast(colour, PAPER[theme]) for colour in colours) >= 4.5


def test_the_sheet_has_the_same_palette() -> None:
    css = SHEET.read_text(encoding="utf-8")
    for i, (light, dark, dash) in enumerate(zip(LIGHT, DARK, DASHES, strict=True)):
        assert re.findall(rf"--m{i}: (#\w+);", css) == [light, dark, dark]
        assert f".m{i} {{ --m: var(--m{i}); --m-dash: {dash.replace(' ', ', ') or 'none'}; }}" in css


def test_eight_rows_differ_in_colour_dash_and_marker() -> None:
    for column in (LIGHT, DARK, DASHES, MARKERS):
        assert len(set(column)) == len(column) == 8


def test_known_methods_look_the_same_in_every_report() -> None:
    everyone = looks(Setup(method, "engine-native", "tiny") for method in KNOWN)
    for setup, look in everyone.items():
        assert looks([setup, Setup("another", "", "")])[setup] == look
    assert sorted(look.index for look in everyone.values()) == list(range(8))


@given(st.sets(st.builds(Setup, st.sampled_from([*KNOWN, "a", "b", ""]), st.sampled_from(["", "x", "y"]),
                         st.sampled_from(["", "tiny"])), max_size=20))
def test_no_two_rows_look_alike_and_order_does_not_matter(setups: set[Setup]) -> None:
    found = looks(setups)
    assert set(found) == setups
    assert len({look.marker for look in found.values()}) == len(setups)
    assert found == looks(sorted(setups, reverse=True))
    assert max((look.turn for look in found.values()), default=0) <= max(0, (len(setups) - 1) // 8)
