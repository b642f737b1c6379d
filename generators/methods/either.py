"""Two ways to run a published method: the authors' own program, or its rules on this project's engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from generators import native
from generators.engine.choices import with_choices
from generators.options import check_configuration

if TYPE_CHECKING:
    from generators.contract import Generator
    from generators.engine.choices import Choices
    from generators.engine.recipe import Recipe


def either(
    method: str,
    configuration: str,
    options: Mapping[str, str],
    known: Collection[str],
    on_engine: Callable[[], Generator],
) -> Generator:
    """The generator of a method in one of its configurations.

    Args:
        method: row name.
        configuration: ``native`` or ``native-NAME`` for the authors' program, else one of ``known``.
        options: for whichever of the two it is.
        known: the configurations that run on the engine.
        on_engine: makes the generator of one of them.

    Raises:
        GeneratorError: unknown configuration or option, or what it needs is not there.
    """
    programs = native.configurations(method)
    check_configuration(method, configuration, (*known, *programs))
    return native.create(method, configuration, options) if configuration in programs else on_engine()


def either_with_choices(
    method: str,
    configuration: str,
    options: Mapping[str, str],
    choices: Choices,
    recipes: Callable[[Mapping[str, str]], Mapping[str, Recipe]],
) -> Generator:
    """The same for a method that has options of its own on the engine.

    Args:
        method: row name.
        configuration: ``native`` or ``native-NAME`` for the authors' program, else one of the recipes'.
        options: for whichever of the two it is.
        choices: the method's own options on the engine.
        recipes: every configuration that runs on the engine, given a word for each of its options.

    Raises:
        GeneratorError: unknown configuration, option or word, or what it needs is not there.
    """
    known = recipes({name: words[0] for name, words in choices.items()})
    return either(
        method,
        configuration,
        options,
        known,
        lambda: with_choices(method, configuration, options, choices, recipes),
    )
