"""Draws: the same on every machine for the same key and seed, and not to be guessed without the key."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import TypeVar

from steadybench.study.key import token

T = TypeVar("T")


class Draw:
    """A stream of draws, named by what it is for.

    Only ``random.Random.random`` is used, the one method that Python promises never to change.
    """

    def __init__(self, secret: str, seed: int, *purpose: str) -> None:
        self._source = random.Random(int(token(secret, "draw", str(seed), *purpose, digits=64), 16))  # noqa: S311

    def below(self, end: int) -> int:
        """A whole number from 0 to ``end - 1``."""
        return int(self._source.random() * end)

    def flip(self) -> bool:
        """True or false, equally likely."""
        return self._source.random() < 0.5

    def one(self, items: Sequence[T]) -> T:
        """One of the items, which must not be none."""
        return items[self.below(len(items))]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """All items in random order."""
        numbered = [(self._source.random(), number, item) for number, item in enumerate(items)]
        return [item for *_, item in sorted(numbered, key=lambda entry: entry[:2])]

    def chosen(self, items: Sequence[T], count: int) -> list[T]:
        """So many of the items, in their order."""
        picked = sorted(self.shuffled(range(len(items)))[:count])
        return [items[index] for index in picked]
