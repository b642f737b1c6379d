"""A method's own options: each is one of a few words, and tells which reading of the method's rule is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from generators.contract import GeneratorError
from generators.engine.recipe import ENGINE_OPTIONS, Recipe
from generators.engine.start import on_engine
from generators.options import check_names

if TYPE_CHECKING:
    from generators.contract import Generator

Choices = Mapping[str, tuple[str, ...]]
"""Valid words of every option, the default first."""


def with_choices(
    method: str,
    configuration: str,
    options: Mapping[str, str],
    choices: Choices,
    recipes: Callable[[Mapping[str, str]], Mapping[str, Recipe]],
) -> Generator:
    """The generator of a method that has options of its own.

    Args:
        method: row name.
        configuration: one of the method's configurations.
        options: the engine's and the method's own.
        choices: the method's own options.
        recipes: every configuration of the method, given a word for each of its options.

    Raises:
        GeneratorError: unknown configuration, option or word, an option that changes nothing in this
            configuration, or a fault of the engine.
    """
    check_names(method, options, (*ENGINE_OPTIONS, *choices))
    default = {name: words[0] for name, words in choices.items()}
    chosen = {name: options.get(name, word) for name, word in default.items()}
    faults = _strange_words(chosen, choices) or _idle(configuration, chosen, default, recipes)
    if faults:
        raise GeneratorError(f"{method}: {'; '.join(faults)}")
    return on_engine(
        method,
        configuration,
        recipes(chosen),
        {name: word for name, word in options.items() if name not in choices},
        "".join(f"+{name}={word}" for name, word in sorted(chosen.items()) if word != default[name]),
    )


def _strange_words(chosen: Mapping[str, str], choices: Choices) -> list[str]:
    return [
        f"option {name!r} must be one of {', '.join(choices[name])}, got {word!r}"
        for name, word in chosen.items()
        if word not in choices[name]
    ]


def _idle(
    configuration: str,
    chosen: Mapping[str, str],
    default: Mapping[str, str],
    recipes: Callable[[Mapping[str, str]], Mapping[str, Recipe]],
) -> list[str]:
    """Options without effect: two names for one and the same run would pass for two results."""
    plain = recipes(default).get(configuration)
    return [
        f"option {name}={word} changes nothing in configuration {configuration!r}; leave it out"
        for name, word in chosen.items()
        if plain and word != default[name] and recipes({**default, name: word})[configuration] == plain
    ]
