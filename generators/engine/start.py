"""From a method's recipes to a generator; PyTorch is loaded here and not before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from generators.contract import GeneratorError
from generators.engine.recipe import Recipe
from generators.options import check_configuration

if TYPE_CHECKING:
    from generators.contract import Generator


def on_engine(
    method: str,
    configuration: str,
    recipes: Mapping[str, Recipe],
    options: Mapping[str, str],
    variant: str = "",
) -> Generator:
    """The generator of a method in one of its configurations.

    Args:
        method: row name.
        configuration: a key of ``recipes``.
        recipes: every configuration of the method.
        options: engine options only; the method has taken its own out.
        variant: suffix of the recorded configuration that tells the method's own options, empty where they
            have their default values, for example ``+flush_positions=contiguous``.

    Raises:
        GeneratorError: unknown configuration or option, torch missing, backbone unknown or without weights.
    """
    check_configuration(method, configuration, recipes)
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        raise GeneratorError(
            f"{method} needs PyTorch, which is not installed; run: pip install 'steadybench[engine]'"
        ) from error
    from generators.engine.adapter import EngineGenerator

    return EngineGenerator(method, configuration + variant, recipes[configuration], options, recipes)
