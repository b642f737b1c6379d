"""A method's own options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from generators.contract import GeneratorError
from generators.engine import choices
from generators.engine.recipe import Recipe
from generators.engine.steps import warped
from generators.engine.window import WindowPolicy

CHOICES = {"pace": ("slow", "fast"), "taste": ("sweet", "sour")}
PLAIN = Recipe(WindowPolicy(block=3, window=9, denoising=warped((1000,), shift=5)))


def recipes(chosen: Mapping[str, str]) -> dict[str, Recipe]:
    return {"engine-native": replace(PLAIN, note=f"{chosen['pace']} {chosen['taste']}"), "bare": PLAIN}


@pytest.fixture
def handed_on(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(choices, "on_engine", lambda *args: calls.append(args))
    return calls


def make(configuration: str, **options: str) -> None:
    choices.with_choices("demo", configuration, options, CHOICES, recipes)


def test_own_options_choose_the_recipe_and_are_told_the_others_go_to_the_engine(
    handed_on: list[tuple[Any, ...]],
) -> None:
    make("engine-native", taste="sour", pace="fast", device="cpu")

    ((method, configuration, made, rest, variant),) = handed_on
    assert (method, configuration) == ("demo", "engine-native")
    assert made["engine-native"].note == "fast sour"
    assert rest == {"device": "cpu"}
    assert variant == "+pace=fast+taste=sour"


def test_default_words_are_not_told(handed_on: list[tuple[Any, ...]]) -> None:
    make("engine-native", pace="slow")
    make("engine-native", taste="sour")

    assert [call[4] for call in handed_on] == ["", "+taste=sour"]


def test_an_unknown_option_gets_a_hint_among_all_that_the_method_takes() -> None:
    words = r"'tast' \(did you mean 'taste'\?\).*backbone, checkpoint, device, pace, taste, use_ema"
    with pytest.raises(GeneratorError, match=words):
        make("engine-native", tast="sour")


def test_all_strange_words_are_told_at_once() -> None:
    with pytest.raises(
        GeneratorError, match=r"demo: .*'pace' must be one of slow, fast, got 'x'; .*'taste'.*'y'"
    ):
        make("engine-native", pace="x", taste="y")


def test_an_option_that_changes_nothing_is_refused(handed_on: list[tuple[Any, ...]]) -> None:
    with pytest.raises(
        GeneratorError, match="pace=fast changes nothing in configuration 'bare'; leave it out"
    ):
        make("bare", pace="fast")
    make("bare", pace="slow")

    assert len(handed_on) == 1


def test_an_unknown_configuration_is_left_to_the_engine_to_name() -> None:
    with pytest.raises(GeneratorError, match=r"demo: unknown configuration 'nativ'.*engine-native, bare"):
        make("nativ", pace="fast")
