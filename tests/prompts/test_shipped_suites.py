"""The suites that come with the project."""

from __future__ import annotations

from collections import Counter

import pytest

from prompts import available_suites, load_suite
from prompts.lint import lint
from prompts.types import DIRECTIONS, REGIMES


@pytest.mark.parametrize("name", available_suites())
def test_lints_clean(name: str) -> None:
    assert lint(load_suite(name)) == []


@pytest.mark.parametrize("name", available_suites())
def test_suite_is_named_like_its_file(name: str) -> None:
    assert load_suite(name).name == name


def test_fixed_camera_is_built_in() -> None:
    assert "fixed_camera" in available_suites()


def test_fixed_camera_has_twelve_prompts_per_regime() -> None:
    suite = load_suite("fixed_camera")
    assert Counter(prompt.regime for prompt in suite.prompts) == dict.fromkeys(REGIMES, 12)


def test_fixed_camera_uses_every_direction() -> None:
    assert {prompt.direction for prompt in load_suite("fixed_camera").prompts} == set(DIRECTIONS)


def test_fixed_camera_varies_how_a_text_begins() -> None:
    beginnings = Counter(" ".join(prompt.text.split()[:2]) for prompt in load_suite("fixed_camera").prompts)
    assert max(beginnings.values()) <= 2


PUBLISHED = {("fixed_camera", 1): "b1888e20f451099a010afe91d55e23821ce9eb9f450ea419fed59960ef7cfc58"}


@pytest.mark.parametrize("name", available_suites())
def test_a_published_version_never_changes(name: str) -> None:
    """Whoever changes a prompt raises the version and adds a line above: numbers of two texts never mix."""
    suite = load_suite(name)
    assert PUBLISHED[suite.name, suite.version] == suite.digest
