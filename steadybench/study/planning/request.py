"""What the planner is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from steadybench.errors import InputError
from steadybench.study.model import Excerpt, Kind, Question
from steadybench.study.questions import OF_AXIS, PREFERENCE, QUESTIONS

TITLE = "Films of nature"
OFF_AXIS = 0.1
"""Levels run from 0, as at the start, over 0.5, failed, to 1: a fifth of the way to failure."""


@dataclass(frozen=True, slots=True)
class Request:
    """Options of ``study plan`` as they were given; None where nothing was said."""

    kind: Kind | None = None
    question: tuple[str, ...] = ()
    seed: int = 0
    votes: int = 6
    prompts_per_pair: int = 0
    """0 for all."""
    seeds: int = 0
    """Seed indices to use, from the first; 0 for all."""
    trials: int | None = None
    seconds: float | None = None
    excerpt: Excerpt | None = None
    metric: str = ""
    bands: tuple[float, float] | None = None
    off_axis: float = OFF_AXIS
    per_band: int = 0
    methods: tuple[str, ...] | None = None
    prompts: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    title: str = TITLE
    key: Path | None = None
    dry_run: bool = False


def kind_of(request: Request) -> Kind:
    """The kind of study: a metric makes it a validation.

    Raises:
        InputError: options of one kind were given for the other.
    """
    kind = request.kind or ("validation" if request.metric else "comparison")
    given: Mapping[str, object] = {
        "--metric": request.metric, "--bands": request.bands, "--per-band": request.per_band}  # fmt: skip
    if kind == "comparison" and (named := [name for name, value in given.items() if value]):
        belong = "belongs" if len(named) == 1 else "belong"
        raise InputError(f"{' and '.join(named)} {belong} to a validation, and this is a comparison. The "
                         "two are never pooled: plan one study of each kind.")
    if kind == "validation" and not request.metric:
        raise InputError("A validation needs --metric, the quantity under test, such as stagnation.late.")
    if kind == "validation" and request.prompts_per_pair:
        raise InputError("--prompts-per-pair belongs to a comparison; a validation takes --per-band.")
    return kind


def questions_of(request: Request, kind: Kind) -> tuple[Question, ...]:
    """Questions to ask, in the order of their passes.

    Raises:
        InputError: a question is unknown, or the overall preference is to validate a metric.
    """
    named = request.question or _usual(request, kind)
    if unknown := [name for name in named if name not in QUESTIONS]:
        raise InputError(f"Unknown question {', '.join(unknown)}; there are {', '.join(QUESTIONS)}.")
    if kind == "validation" and PREFERENCE in named:
        raise InputError("The overall preference validates no metric: it asks about everything at once.")
    return tuple(question for name, question in QUESTIONS.items() if name in named)


def _usual(request: Request, kind: Kind) -> tuple[str, ...]:
    if kind == "comparison":
        return tuple(OF_AXIS.values())
    axis = request.metric.partition(".")[0]
    if axis not in OF_AXIS:
        raise InputError(f"No question belongs to the axis {axis!r} by itself: name one with --question "
                         f"({', '.join(name for name in QUESTIONS if name != PREFERENCE)}).")
    return (OF_AXIS[axis],)


def check_votes(votes: int) -> None:
    """Refuse votes that cannot be shown each way equally often.

    Raises:
        InputError: the number is odd or below 2.
    """
    if votes < 2 or votes % 2:
        raise InputError(f"--votes {votes} cannot be balanced for side: expected an even number, 2 or more, "
                         "half of the votes on each unit with sides swapped.")
