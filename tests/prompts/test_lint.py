"""Every rule of the linter is proven by a suite that breaks it and nothing around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts import load_suite, wording
from prompts.lint import PROMPT_RULES, SUITE_RULES, lint, similarity, words
from prompts.schema import make_suite
from prompts.types import DIRECTIONS, REGIMES, Prompt, Suite

SHIPPED = load_suite("fixed_camera")
RIVER = next(prompt for prompt in SHIPPED.prompts if prompt.id == "cobble-river-dawn")
FALL = next(prompt for prompt in SHIPPED.prompts if prompt.regime == "falling_water")


def suite_with(*changed: Prompt) -> Suite:
    """The shipped suite with its prompts of the same id replaced."""
    by_id = {prompt.id: prompt for prompt in changed}
    return make_suite("mutated", 1, [by_id.get(prompt.id, prompt) for prompt in SHIPPED.prompts])


def rules_broken(suite: Suite) -> set[str]:
    return {fault.rule for fault in lint(suite)}


def alone(prompt: Prompt) -> Suite:
    return make_suite("one", 1, [prompt])


def with_text(text: str) -> Prompt:
    return replace(RIVER, text=text)


def added(words_added: str) -> Prompt:
    return with_text(f"{RIVER.text} {words_added}")


def swapped(old: str, new: str) -> Prompt:
    assert old in RIVER.text
    return with_text(RIVER.text.replace(old, new))


PROMPT_MUTATIONS: list[tuple[str, Prompt]] = [
    ("length", with_text(" ".join(f"{RIVER.text} {RIVER.text}".split()[:91]))),
    ("length", with_text("A river, left to right, boulders, far bank, spruce trunks, gravel bar, tripod.")),
    ("characters", added("A [cut] marker.")),
    ("characters", added("Rain | snow.")),
    ("characters", added("Rain; snow.")),
    ("characters", added("Scene #2.")),
    ("characters", added("Water and/or ice.")),
    ("characters", added("Bell \x07 here.")),
    ("characters", added("Joined\u200b words.")),
    ("characters", added("A wave \U0001f30a here.")),
    ("spacing", swapped(". ", ".\n")),
    ("spacing", swapped(". ", ".  ")),
    ("spacing", swapped(". ", ".\u00a0")),
    ("spacing", with_text(f"{RIVER.text} ")),
    ("evaluator-words", added("High quality.")),
    ("evaluator-words", added("High-quality light.")),
    ("evaluator-words", added("Mist DRIFTS by.")),
    ("evaluator-words", added("A masterpiece in 4K.")),
    ("negations", added("Wind is absent.")),
    ("negations", added("No boats.")),
    ("negations", added("Clear and free of mist.")),
    ("negations", added("It doesn't rain.")),
    ("negations", added("It doesn’t rain.")),
    ("negations", added("A cloud-free sky.")),
    ("time-words", added("Ten seconds.")),
    ("time-words", added("Held for 60s.")),
    ("time-words", added("Shot in slow motion.")),
    ("camera-motion", added("A slow zoom.")),
    ("people", added("A woman waits.")),
    ("fixed-view", with_text(re.sub("fixed|tripod", "wide", RIVER.text))),
    ("direction-plausible", replace(RIVER, direction="not_applicable")),
    ("direction-plausible", replace(FALL, direction="up", text=f"{FALL.text} Mist rises.")),
    ("direction-said", swapped("from left to right", "along the shore")),
    ("direction-said", added("Foam goes from right to left.")),
    ("medium-named", replace(RIVER, medium="glacier")),
    ("medium-named", replace(RIVER, medium="riv")),
    ("static-things", replace(RIVER, must_not_move=("boulders",))),
    ("static-things", replace(RIVER, must_not_move=("boulders", "far bank", "stone", "bar", "shade", "sun"))),
    ("static-things", replace(RIVER, must_not_move=("boulders", "lighthouse"))),
    ("static-things", replace(RIVER, must_not_move=("boulders", "bank far"))),
    ("static-things", replace(RIVER, must_not_move=("boulders", "Boulders"))),
    ("static-things", replace(RIVER, must_not_move=("boulders", "river"))),
]


@pytest.mark.parametrize(("rule", "prompt"), PROMPT_MUTATIONS)
def test_a_broken_prompt_breaks_its_rule_alone(rule: str, prompt: Prompt) -> None:
    faults = lint(suite_with(prompt))
    assert {(fault.prompt_id, fault.rule) for fault in faults} == {(prompt.id, rule)}
    assert all(fault.message for fault in faults)


def _unbalanced() -> Suite:
    rare = [prompt for prompt in SHIPPED.prompts if prompt.regime == "combustion"][:3]
    return make_suite("mutated", 1, [prompt for prompt in SHIPPED.prompts if prompt not in rare])


def _same_id() -> Suite:
    twins = (RIVER, FALL)
    return make_suite("mutated", 1, [replace(p, id="twin") if p in twins else p for p in SHIPPED.prompts])


def _same_text() -> Suite:
    return suite_with(replace(FALL, text=f"  {RIVER.text.upper()}"))


def _same_prefix() -> Suite:
    return suite_with(replace(FALL, text=RIVER.text[:50] + FALL.text))


def _near_twin() -> Suite:
    return suite_with(replace(FALL, text=f"Today, {RIVER.text[0].lower()}{RIVER.text[1:]}"))


SUITE_MUTATIONS: list[tuple[str, Callable[[], Suite]]] = [
    ("balance", _unbalanced),
    ("unique-ids", _same_id),
    ("unique-texts", _same_text),
    ("unique-prefixes", _same_prefix),
    ("near-duplicates", _near_twin),
]


@pytest.mark.parametrize(("rule", "mutate"), SUITE_MUTATIONS)
def test_a_broken_suite_breaks_its_rule(rule: str, mutate: Callable[[], Suite]) -> None:
    assert rule in rules_broken(mutate()) - rules_broken(SHIPPED)


def test_every_rule_has_a_proof() -> None:
    proven = {rule for rule, _ in PROMPT_MUTATIONS} | {rule for rule, _ in SUITE_MUTATIONS}
    assert proven == PROMPT_RULES.keys() | SUITE_RULES.keys()


def test_a_difference_of_two_between_regimes_is_balanced() -> None:
    rare = [prompt for prompt in SHIPPED.prompts if prompt.regime == "combustion"][:2]
    suite = make_suite("mutated", 1, [prompt for prompt in SHIPPED.prompts if prompt not in rare])
    assert lint(suite) == []


def test_an_absent_regime_unbalances() -> None:
    only = [prompt for prompt in SHIPPED.prompts if prompt.regime == "geothermal"]
    assert "balance" in rules_broken(make_suite("one", 1, only))


def test_banned_words_count_only_whole() -> None:
    harmless = added("Driftwood, knots, notes and a panorama of secondhand casks.")
    assert lint(suite_with(harmless)) == []


LISTS = {
    "evaluator-words": wording.EVALUATOR_WORDS,
    "negations": wording.NEGATIONS,
    "time-words": wording.TIME_WORDS,
    "camera-motion": wording.CAMERA_MOTION_WORDS,
    "people": wording.PEOPLE_WORDS,
}


@pytest.mark.parametrize("rule", LISTS)
def test_every_listed_word_is_found(rule: str) -> None:
    unseen = [word for word in LISTS[rule] if rule not in rules_broken(alone(added(f"{word.title()}.")))]
    assert unseen == []


def test_every_regime_has_plausible_directions() -> None:
    assert wording.PLAUSIBLE_DIRECTIONS.keys() == set(REGIMES)
    assert all(allowed and allowed <= set(DIRECTIONS) for allowed in wording.PLAUSIBLE_DIRECTIONS.values())


def test_things_that_fall_cannot_rise() -> None:
    for regime in ("falling_water", "falling_precipitation"):
        assert "up" not in wording.PLAUSIBLE_DIRECTIONS[regime]


def test_words_keep_hyphens_and_apostrophes_inside() -> None:
    assert words("A locked-off shot -- Hart's-tongue, it’s LOW_tide") == [
        "a",
        "locked-off",
        "shot",
        "hart's-tongue",
        "it’s",
        "low",
        "tide",
    ]


def test_similarity_known_values() -> None:
    assert similarity("Rain falls", "rain FALLS falls") == 1.0
    assert similarity("rain falls", "rain rises") == pytest.approx(1 / 3)
    assert similarity("rain", "smoke") == 0.0


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    for fault in lint(alone(with_text(text))):
        assert fault.message.encode()
