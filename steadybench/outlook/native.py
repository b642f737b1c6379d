"""What stands in the way of the authors' own programs, besides what loading them finds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from generators import native
from generators.contract import GeneratorError, Job
from generators.native.command import choose
from generators.native.declaration import Declaration
from generators.registry import parse_spec


def declaration(spec: str) -> Declaration | None:
    """The author's program behind a spec; None where another generator makes it."""
    method, configuration = parse_spec(spec)
    if method not in native.methods() or configuration not in native.configurations(method):
        return None
    return native.find(method, configuration)


def too_long(spec: str, job: Job) -> list[str]:
    """Why a program cannot make a clip of this length; empty where it can, and for other generators."""
    found = declaration(spec)
    try:
        if found is not None:
            choose(found, job)
    except GeneratorError as error:
        return [str(error)]
    return []


def findings(spec: str, options: Mapping[str, str]) -> list[native.Finding]:
    """What the program's own inspection finds, its environment included; empty for other generators.

    Raises:
        GeneratorError: settings that cannot be read.
    """
    found = declaration(spec)
    if found is None:
        return []
    settings = native.read_settings(Path(options["native"])) if "native" in options else None
    return native.inspect(found.method, found.configuration, settings)
