"""What systems are called: letters as long as the study is blind, their names afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from steadybench.errors import InputError
from steadybench.study.key import Key
from steadybench.study.model import Plan


def letters(plan: Plan) -> dict[str, str]:
    """``System A`` and so on by token, in the order of tokens, which says nothing of who is behind them."""
    return {token: f"System {_letter(i)}" for i, token in enumerate(plan.systems)}


def prompt_numbers(plan: Plan) -> dict[str, str]:
    """``prompt 1`` and so on by token, in the order of tokens."""
    return {token: f"prompt {i + 1}" for i, token in enumerate(plan.prompts)}


def labels(plan: Plan, key: Key) -> dict[str, str]:
    """Names of the systems by token, as reports call them."""
    return {token: key.systems[token].label for token in plan.systems}


def resolve(name: str, plan: Plan, key: Key | None) -> str:
    """Find the system that is meant by a token, a letter, or with the key by its label or method.

    Raises:
        InputError: there is none, or more than one; names those there are.
    """
    wanted = name.strip().casefold()
    found = sorted({token for token, called in _called(plan, key) if called.casefold() == wanted})
    if len(found) == 1:
        return found[0]
    known = sorted({called for _, called in _called(plan, key)} - set(plan.systems))
    what = "more than one system" if found else "no system of this study"
    raise InputError(f"{name.strip()!r} is {what}: expected a token of plan.json or one of "
                     f"{', '.join(known)}.")


def _called(plan: Plan, key: Key | None) -> Iterator[tuple[str, str]]:
    for token, called in letters(plan).items():
        yield from ((token, token), (token, called), (token, called.removeprefix("System ")))
    systems = key.systems if key else {}
    for token in plan.systems:
        if token in systems:
            yield from ((token, systems[token].label), (token, systems[token].method))


def _letter(number: int) -> str:
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


