"""Texts of the command line turned into values, each with a message that says what was expected."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import click


def size(_context: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[int, int] | None:
    """Read ``832x480`` as (width, height) in pixels; None stays None."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    if width < 16 or height < 16:
        raise click.BadParameter(
            f"expected WIDTHxHEIGHT of at least 16 pixels each, like 832x480, got {text!r}"
        )
    return width, height


def finite(_context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """Refuse NaN and infinity, which pass every range check; None stays None."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"expected a finite number for {parameter.name}, got {value}")
    return value


def seeds(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, ...]:
    """Read ``0,1,5-8`` as seeds, each at most once."""
    found: dict[int, None] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,18})(?:-(\d{1,18}))?\s*", part)
        if match is None:
            raise click.BadParameter(f"expected whole numbers and ranges like 0,1,5-8, got {part!r}")
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last < first + 100_000:
            raise click.BadParameter(f"{part!r} is an empty or too long range")
        found.update(dict.fromkeys(range(first, last + 1)))
    return tuple(found)


def names(_context: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """Read ``a,b`` as names; None stays None."""
    if text is None:
        return None
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found:
        raise click.BadParameter("expected at least one name")
    return found


def formats(_context: click.Context, _parameter: click.Parameter, texts: Sequence[str]) -> tuple[str, ...]:
    """Read ``a,b`` texts as formats of tables, each once."""
    from steadybench.exporting import FORMATS

    found = tuple(dict.fromkeys(part.strip() for text in texts for part in text.split(",") if part.strip()))
    if wrong := [name for name in found if name not in FORMATS]:
        raise click.BadParameter(f"unknown format {', '.join(wrong)}; there are {', '.join(FORMATS)}")
    return found


def pairs(_context: click.Context, _parameter: click.Parameter, texts: Sequence[str]) -> dict[str, str]:
    """Read ``a=b`` texts as pairs, each side named once."""
    found: dict[str, str] = {}
    for text in texts:
        first, sign, second = (part.strip() for part in text.partition("="))
        if not (first and sign and second):
            raise click.BadParameter(f"expected A=B, got {text!r}")
        if first in found or second in found.values():
            raise click.BadParameter(f"{text!r} names a method that is paired already")
        found[first] = second
    return found


def for_method(spec: str, options: Sequence[str]) -> dict[str, str]:
    """Pick the options that concern one method.

    Args:
        spec: ``method`` or ``method:configuration``.
        options: ``key=value`` for every method, ``method.key=value`` or ``method:config.key=value`` for one.

    Raises:
        click.BadParameter: an option is of another form.
    """
    found = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"expected key=value or method.key=value, got {option!r}")
        owner, dot, own_key = key.rpartition(".")
        if not dot:
            found[key] = value
        elif owner in {spec, spec.partition(":")[0]}:
            found[own_key] = value
    return found


def check_owners(specs: Sequence[str], options: Sequence[str]) -> None:
    """Refuse options for methods that are not part of the run.

    Raises:
        click.BadParameter: names the option.
    """
    owners = {*specs, *(spec.partition(":")[0] for spec in specs)}
    for option in options:
        owner, dot, _ = option.partition("=")[0].rpartition(".")
        if dot and owner not in owners:
            raise click.BadParameter(
                f"{option!r} is for {owner!r}, which is not among the methods {', '.join(specs)}"
            )
