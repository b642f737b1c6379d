"""A small prompt and job to change by the piece."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import pytest

from generators.contract import Job
from prompts.types import Prompt

PROMPT = Prompt(
    id="brook-01",
    text="A brook runs between mossy stones.",
    medium="brook",
    regime="channel_flow",
    direction="left",
    support="stones",
    light="overcast",
    must_not_move=("stones",),
)


class MakeJob(Protocol):
    def __call__(self, **changes: object) -> Job: ...


@pytest.fixture
def prompt() -> Prompt:
    return PROMPT


@pytest.fixture
def make_job() -> MakeJob:
    base = Job(PROMPT, seed=1, seconds=1.0, fps=8.0, width=96, height=64)

    def make(**changes: object) -> Job:
        return replace(base, **changes)  # type: ignore[arg-type]

    return make
