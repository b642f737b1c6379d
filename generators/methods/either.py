"""Two ways to run a published method: the authors' own program, or its rules on this project's engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from generators import native
from generators.options import check_configuration

if TYPE_CHECKING:
    from generators.contract import Generator


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
