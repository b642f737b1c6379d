"""What cannot be read off a method's code: its papers, meanings and traps, from a TOML file each."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators.cards.picture import BLOCKS
from generators.contract import GeneratorError
from generators.engine.catalogue import METHODS

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Paper:
    """A publication, or a repository that asks to be cited."""

    title: str
    authors: tuple[str, ...]
    year: int
    bibtex: str
    arxiv: str = ""
    venue: str = ""
    why: str = ""
    """Why it stands here, where it is not the method's own paper."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where a release does another thing than its paper says."""

    topic: str
    paper: str
    release: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A configuration to draw, and the blocks of it."""

    configuration: str
    blocks: tuple[int, ...] = BLOCKS


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known of a method beside its code; sentences may name settings in braces."""

    method: str
    title: str
    does: tuple[str, ...]
    papers: tuple[Paper, ...]
    configurations: Mapping[str, str]
    """What each means, those of the authors' own program included."""
    ours: tuple[str, ...]
    """What is not the authors'."""
    traps: tuple[str, ...]
    """Besides those of the authors' program, which :mod:`generators.native` declares."""
    checked: tuple[str, ...]
    """Where the facts were read, and what could not be verified."""
    pictures: tuple[Picture, ...]
    deviations: tuple[Deviation, ...] = ()
    gpu: str = ""
    """What the authors say of the machine, besides the GPU memory that the program's declaration has."""


@functools.cache
def facts(method: str) -> Facts:
    """The facts of a method.

    Raises:
        GeneratorError: the method has no card.
        TypeError: the file lacks an entry, or has one that is not known.
    """
    if method not in METHODS:
        raise GeneratorError(f"{method!r} has no method card; there are cards of {', '.join(METHODS)}")
    with (FOLDER / f"{method}.toml").open("rb") as stream:
        told: dict[str, Any] = tomllib.load(stream)
    return Facts(
        method=method,
        papers=tuple(Paper(**_tuples(one)) for one in told.pop("paper")),
        pictures=tuple(Picture(**_tuples(one)) for one in told.pop("picture")),
        deviations=tuple(Deviation(**one) for one in told.pop("deviation", ())),
        **_tuples(told),
    )


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
