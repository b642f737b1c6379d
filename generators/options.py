"""Reading an adapter's configuration and options: what is unknown is a fault with a hint, never ignored."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Mapping
from typing import TypeVar

from generators.contract import Generator, GeneratorError

G = TypeVar("G", bound=Generator)


def check_names(method: str, options: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse options that the method does not have.

    Raises:
        GeneratorError: names all unknown options, with near names.
    """
    faults = []
    for name in sorted(set(options) - set(known)):
        near = difflib.get_close_matches(name, sorted(known), n=1)
        faults.append(f"{name!r}" + (f" (did you mean {near[0]!r}?)" if near else ""))
    if faults:
        valid = ", ".join(sorted(known)) or "none"
        raise GeneratorError(f"{method}: unknown option {', '.join(faults)}; valid options: {valid}")


def check_configuration(method: str, configuration: str, known: Collection[str]) -> None:
    """Refuse a configuration that the method does not have.

    Raises:
        GeneratorError: names it, with near names.
    """
    if configuration not in known:
        near = difflib.get_close_matches(configuration, list(known), n=3)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise GeneratorError(
            f"{method}: unknown configuration {configuration!r}; {hint}valid: {', '.join(known)}"
        )


def native_only(generator: G, configuration: str, options: Mapping[str, str]) -> G:
    """Give the generator back that has one configuration, ``native``, and no options.

    Raises:
        GeneratorError: another configuration or an option was asked for.
    """
    method = generator.info.method
    check_configuration(method, configuration, ("native",))
    check_names(method, options, ())
    return generator


def number(
    method: str, options: Mapping[str, str], name: str, default: float, *, least: float = 0.0
) -> float:
    """A finite number of at least ``least``.

    Raises:
        GeneratorError: the text is not such a number.
    """
    text = options.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < least:
        raise GeneratorError(
            f"{method}: option {name!r} must be a finite number of at least {least:g}, got {text!r}"
        )
    return value
