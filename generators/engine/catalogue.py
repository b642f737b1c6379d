"""The methods' recipes by name, without PyTorch and without weights."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import cast

from generators.contract import GeneratorError
from generators.engine.recipe import Recipe
from generators.options import check_configuration

METHODS = (
    "causal-forcing",
    "causvid",
    "infinite-forcing",
    "longlive",
    "reward-forcing",
    "rolling-forcing",
    "self-forcing",
    "steady-forcing",
)
"""Methods that run on the engine."""


def recipes(method: str, **chosen: str) -> Mapping[str, Recipe]:
    """Every configuration of a method that runs on the engine.

    Args:
        method: one of :data:`METHODS`.
        chosen: words for the method's own options; the others have their default.

    Raises:
        GeneratorError: the method is none of the engine's.
    """
    if method not in METHODS:
        raise GeneratorError(f"{method!r} does not run on the engine; expected one of {', '.join(METHODS)}")
    module = importlib.import_module(f"generators.methods.{method.replace('-', '_')}")
    if not hasattr(module, "CHOICES"):
        return cast("Mapping[str, Recipe]", module.RECIPES)
    default = {name: words[0] for name, words in module.CHOICES.items()}
    return cast("Mapping[str, Recipe]", module.recipes(default | chosen))


def recipe(method: str, configuration: str, **chosen: str) -> Recipe:
    """One configuration of a method.

    Raises:
        GeneratorError: no such method or configuration.
    """
    found = recipes(method, **chosen)
    check_configuration(method, configuration, found)
    return found[configuration]
