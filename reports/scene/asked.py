"""What a prompt asks for beyond its text, where it comes from a suite that is built in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from prompts import Prompt, available_suites, load_suite


def asked(prompt_id: str, text: str) -> tuple[tuple[str, str], ...]:
    """Return what moves, what it moves over and what must stay; empty for a prompt that is not built in."""
    prompt = _known().get((prompt_id, text))
    return () if prompt is None else tuple(_said(prompt))


@cache
def _known() -> Mapping[tuple[str, str], Prompt]:
    suites = map(load_suite, available_suites())
    return {(prompt.id, prompt.text): prompt for suite in suites for prompt in suite.prompts}


def _said(prompt: Prompt) -> list[tuple[str, str]]:
    way = "" if prompt.direction == "not_applicable" else f", {_WAYS.get(prompt.direction, prompt.direction)}"
    return [
        ("Moves", f"{prompt.medium} ({prompt.regime.replace('_', ' ')}{way})"),
        ("Over", prompt.support), ("Light", prompt.light), ("Stays", ", ".join(prompt.must_not_move)),
    ]


_WAYS = {"toward": "towards the camera", "away": "away from the camera"}
