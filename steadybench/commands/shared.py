"""Options that several commands have, and how groups of them are read into one value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click

from steadybench import options

FILE = click.Path(path_type=Path, readable=False)
"""Readers say themselves what they cannot read."""

F = TypeVar("F", bound=Callable[..., Any])


def picture(usual: str) -> Callable[[F], F]:
    """Add size and frame rate; without them each method makes its own format, or the ``usual`` size."""

    def decorate(command: F) -> F:
        told = "Frames a second.  [default: what the method makes, else 16]"
        fps = click.option("--fps", type=click.FloatRange(1, 120), callback=options.finite, help=told)
        told = f"Pixels, like {usual}.  [default: what the method makes, else {usual}]"
        return click.option("--size", callback=options.size, help=told)(fps(command))

    return decorate


def plugins(command: F) -> F:
    """Add the option for methods of single files."""
    told = "Python file with a method, to try it without a package; may be given again."
    return click.option("--plugin", "plugins", multiple=True, type=FILE, help=told)(command)


def suite(command: F) -> F:
    """Add the option for the prompt suite."""
    told = "Built-in prompt suite or YAML file."
    return click.option("--suite", default="fixed_camera", show_default=True, help=told)(command)


def horizon(most: float, usual: float) -> Callable[[F], F]:
    """Add the option for the length of clips, with its limit and its default in seconds."""
    return click.option(
        "--horizon", type=click.FloatRange(0, most, min_open=True), default=usual, show_default=True,
        callback=options.finite, help="Seconds of video asked for.",
    )  # fmt: skip


def time_limit(usual: float, told: str) -> Callable[[F], F]:
    """Add the option for a time limit, with its default in seconds and its help."""
    return click.option(
        "--time-limit", type=click.FloatRange(min=0, min_open=True), default=usual, show_default=True,
        callback=options.finite, help=told,
    )  # fmt: skip


def with_options(command: F, *decorators: Callable[[F], F]) -> F:
    """Add options; the last one is told first in the help."""
    for decorate in decorators:
        command = decorate(command)
    return command


def gathered(command: F, name: str, kind: type[Any]) -> F:
    """Hand the options that are fields of a data class over as one argument."""

    @functools.wraps(command)
    def call(**given: Any) -> Any:
        own = {field.name: given.pop(field.name) for field in fields(kind)}
        return command(**given, **{name: kind(**own)})

    return call  # type: ignore[return-value]  # the same to click, which reads options and not parameters
