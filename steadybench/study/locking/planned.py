"""Planned comparisons as they are typed: ``A>B``, for one question ``QUESTION:A>B``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from steadybench.errors import InputError
from steadybench.study.key import Key
from steadybench.study.locking.model import Planned
from steadybench.study.model import Plan
from steadybench.study.naming import resolve


def read(texts: Sequence[str], plan: Plan, key: Key | None) -> tuple[Planned, ...]:
    """Turn texts into comparisons; without a question one is planned for every question.

    Raises:
        InputError: a text is of another form, names no system, or a comparison comes twice.
    """
    if texts and plan.settings.metric:
        raise InputError("A validation has no planned comparisons of systems: its pairs were chosen by what "
                         f"{plan.settings.metric} says of them. State the hypothesis with --hypotheses.")
    found: dict[tuple[str, frozenset[str]], Planned] = {}
    for text in texts:
        for planned in _read(text, plan, key):
            pair = (planned.question, frozenset((planned.better, planned.worse)))
            if pair in found:
                raise InputError(f"{text!r} is planned twice for question {planned.question!r}: give each "
                                 "pair once, with the direction that is expected.")
            found[pair] = planned
    return tuple(found.values())


def _read(text: str, plan: Plan, key: Key | None) -> Iterator[Planned]:
    questions = [question.id for question in plan.questions]
    head, colon, rest = text.partition(":")
    if colon and head.strip() in questions:
        questions, text = [head.strip()], rest
    better, sign, worse = text.partition(">")
    if not (sign and better.strip() and worse.strip()):
        raise InputError("A planned comparison reads A>B or QUESTION:A>B, where A is expected to be chosen "
                         f"more often; got {text!r}.")
    pair = resolve(better, plan, key), resolve(worse, plan, key)
    if pair[0] == pair[1]:
        raise InputError(f"{text!r} compares a system with itself.")
    for question in questions:
        own = (unit for unit in plan.units if unit.question == question)
        if not any({unit.first, unit.second} == set(pair) for unit in own):
            raise InputError(f"{text!r} cannot be planned: the two never meet under question {question!r}.")
        yield Planned(question, *pair)
