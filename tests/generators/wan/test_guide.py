"""What the guide says of memory is what the estimate says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generators.engine.blueprint import Blueprint
from generators.engine.catalogue import METHODS, recipe, recipes
from generators.engine.estimate import estimate
from generators.wan import cost
from generators.wan.source import SOURCE

GUIDE = (Path(__file__).parents[3] / "docs" / "published.md").read_text(encoding="utf-8")
GIB = 2**30
ROW = re.compile(r"\| `(\S+:\S+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| \*\*([\d.]+)\*\* \|")


@pytest.fixture(scope="module")
def gpu() -> Blueprint:
    return SOURCE.blueprint("cuda")


def test_the_table_is_the_estimate_of_every_method(gpu: Blueprint) -> None:
    rows = ROW.findall(GUIDE)
    assert {row[0].partition(":")[0] for row in rows} == set(METHODS)
    for name, *told in rows:
        method, _, configuration = name.partition(":")
        need = estimate(gpu, recipe(method, configuration))
        parts = (need.weights, need.cache + need.context, need.work, need.codec, need.total)
        assert [f"{part / GIB:.1f}" for part in parts] == told


def test_every_row_fits_a_card_of_24_gb_at_any_length(gpu: Blueprint) -> None:
    """On the 92 % that plan and doctor count on; the estimate knows no length."""
    needs = {
        f"{method}:{name}": estimate(gpu, found).total
        for method in METHODS
        for name, found in recipes(method).items()
    }
    assert max(needs.values()) < 0.92 * 24 * GIB, needs


def test_whole_video_decoding_takes_what_the_guide_says() -> None:
    whole = cost.authors_decode(832, 480, 960) / GIB
    assert f"takes {whole:.0f} GiB at 240 s" in GUIDE
    assert whole > 10 * cost.codec(832, 480, 2).total / GIB
