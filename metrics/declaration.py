"""What a measurement says about itself, next to the code that computes it: its card is made from this."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from metrics.types import Quantity


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a version history."""

    version: int
    date: str
    """ISO day, for example ``2026-11-22``."""
    what: str
    """What changed for a reader of the numbers."""

    def __post_init__(self) -> None:
        date.fromisoformat(self.date)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a clip and a machine must bring."""

    mask: str
    """Regions of the mask that are read, or ``none``."""
    flow: str
    """Optical flow that is computed for it, or ``none``."""
    min_duration_s: float
    """Shorter clips abstain."""
    fps: str
    """What is asked of the frame rate, and how frames are sampled."""
    extra: str = ""
    """Extra of the package that must be installed; empty for the base install."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A measurement: a version, the numbers it gives, what they mean and where they are wrong.

    Raises:
        ValueError: something that a card must say is missing, or the history does not end with the version.

    """

    name: str
    module: str
    """Module that computes it; its public constants are shown on the card."""
    version: int
    question: str
    """What the numbers answer, as one question."""
    definition: str
    """How they are computed, for people; Markdown."""
    quantities: tuple[Quantity, ...]
    valid_when: str
    """What a clip must have; otherwise the numbers abstain."""
    needs: Needs
    responds_to: tuple[str, ...]
    ignores: tuple[str, ...]
    known_failures: tuple[str, ...]
    history: tuple[Change, ...]
    source: str = "ours"
    """Where the formula comes from."""

    def __post_init__(self) -> None:
        for field in ("question", "definition", "quantities", "valid_when", "responds_to", "known_failures"):
            if not getattr(self, field):
                raise ValueError(f"{self.name}: its declaration lacks {field!r}")
        versions = [change.version for change in self.history]
        if versions != list(range(1, self.version + 1)):
            raise ValueError(
                f"{self.name}: VERSION is {self.version}, but the history tells versions {versions}; add a "
                "Change that says what is new"
            )
        bare = [q.id for q in self.quantities if q.range is None or not q.unit or not q.meaning]
        if bare:
            raise ValueError(f"{self.name}: no range, unit or meaning is declared for {', '.join(bare)}")


@dataclass(frozen=True, slots=True)
class Constant:
    """A public constant of a module and the sentence under it."""

    name: str
    value: str
    meaning: str


def constants(module: str) -> Iterator[Constant]:
    """Public numbers of a module that are explained by a docstring, in the order of the file.

    Args:
        module: name of an imported module.

    """
    found = sys.modules[module]
    body = ast.parse(inspect.getsource(found)).body
    for node, below in pairwise(body):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        value = getattr(found, name)
        explained = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if name.isupper() and not name.startswith("_") and explained and isinstance(value, int | float):
            text = str(ast.literal_eval(below.value)) if isinstance(below, ast.Expr) else ""
            yield Constant(name, f"{value:g}", " ".join(text.split()))
