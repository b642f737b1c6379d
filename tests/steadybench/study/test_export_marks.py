"""Logos and captions of one system are found; scenes and what all share are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from steadybench.study.exporting.marks import FEWEST, Mean, marks
from tests.steadybench.study.export_sources import scene

_SYSTEMS, _PROMPTS = ("aa", "bb", "cc"), 4


def _told(name: str, text: str = "", strength: float = 1.0) -> str:
    mean = Mean()
    for rgb in scene(name, 3, (384, 216)):
        luma = np.ascontiguousarray(rgb[..., 1])
        written = cv2.putText(luma.copy(), text, (300, 204), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 235, 2)
        own = cv2.addWeighted(luma, 1 - strength, written, strength, 0)
        chroma = np.full((108, 192), 128, np.uint8)
        mean.see((np.asarray(own, np.uint8), chroma, chroma))
    return mean.told()


def _means(text: dict[str, str], prompts: int = _PROMPTS, strength: float = 1.0) -> dict[str, dict[str, str]]:
    return {system: {str(prompt): _told(f"{system} {prompt}", text.get(system, ""), strength)
                     for prompt in range(prompts)} for system in _SYSTEMS}


@pytest.mark.parametrize("strength", [1.0, 0.6])
def test_a_logo_of_one_system_is_found_where_it_is(strength: float) -> None:
    """Also where the picture shines through."""
    found = list(marks(_means({"bb": "ACME"}, strength=strength)))
    assert [mark.system for mark in found] == ["bb"]
    assert "bottom right" in found[0].place
    assert "top" not in found[0].place


def test_clean_pictures_and_what_all_share_bear_no_mark() -> None:
    """What everybody shows tells nobody apart."""
    assert list(marks(_means({}))) == []
    assert list(marks(_means(dict.fromkeys(_SYSTEMS, "ACME")))) == []


def test_too_few_prompts_say_nothing() -> None:
    """Two scenes can be alike by chance."""
    assert list(marks(_means({"bb": "ACME"}, prompts=FEWEST - 1))) == []


def _blocks(seed: int) -> str:
    """A scene of large blocks: edges at the same places in every other scene, in two directions."""
    chance, mean = np.random.default_rng(seed), Mean()
    blocks = chance.integers(16, 236, size=(9, 16)).astype(np.uint8)
    chroma = np.full((108, 192), 128, np.uint8)
    luma = np.asarray(cv2.resize(blocks, (384, 216), interpolation=cv2.INTER_NEAREST), np.uint8)
    mean.see((luma, chroma, chroma))
    return mean.told()


@pytest.mark.parametrize("prompts", [3, 4, 6])
def test_scenes_that_are_alike_by_chance_bear_no_mark(prompts: int) -> None:
    """Few edges a cell agree by chance in few prompts, in clips of one system as in those of all."""
    means = {f"{system:02d}": {str(prompt): _blocks(100 * system + prompt) for prompt in range(prompts)}
             for system in range(7)}
    assert list(marks(means)) == []
