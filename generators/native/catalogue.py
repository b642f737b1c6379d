"""Declarations by method and configuration."""

from __future__ import annotations

from functools import cache

from generators.contract import GeneratorError
from generators.native.declaration import Declaration
from generators.native.declarations import (
    causal_forcing,
    causvid,
    infinite_forcing,
    longlive,
    reward_forcing,
    rolling_forcing,
    self_forcing,
    steady_forcing,
)
from generators.options import check_configuration

_MODULES = (
    steady_forcing,
    causvid,
    self_forcing,
    rolling_forcing,
    longlive,
    infinite_forcing,
    reward_forcing,
    causal_forcing,
)


@cache
def declarations() -> tuple[Declaration, ...]:
    """All of them, in the methods' usual order."""
    return tuple(declaration for module in _MODULES for declaration in module.DECLARATIONS)


def methods() -> tuple[str, ...]:
    """Methods whose authors' program can be driven."""
    return tuple(dict.fromkeys(declaration.method for declaration in declarations()))


def configurations(method: str) -> tuple[str, ...]:
    """Names of a method's configurations, the plain one first; none for a method without a program."""
    return tuple(item.configuration for item in declarations() if item.method == method)


def find(method: str, configuration: str) -> Declaration:
    """The declaration of a row.

    Raises:
        GeneratorError: there is no such program; the message names those that there are.
    """
    known = configurations(method)
    if not known:
        raise GeneratorError(f"{method} has no program of its own here; methods: {', '.join(methods())}")
    check_configuration(method, configuration, known)
    return next(
        item for item in declarations() if (item.method, item.configuration) == (method, configuration)
    )
