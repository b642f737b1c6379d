"""Metric cards on the screen and in files."""

from __future__ import annotations

from pathlib import Path

from metrics import cards
from steadybench import atomic
from steadybench.errors import InputError


def page(name: str) -> str:
    """Markdown of the card of a measurement, such as ``drift``, or of a number, such as ``drift.late``.

    Raises:
        InputError: nothing has this name.

    """
    try:
        return cards.page(name)
    except LookupError as error:
        raise InputError(f"{error.args[0]} `steadybench metrics` lists them all.") from None


def write(folder: Path) -> None:
    """Write every measurement's card into a folder; equal declarations and data give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in cards.pages().items():
        atomic.write_text(folder / name, text)
