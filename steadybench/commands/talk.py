"""What commands share when they talk: progress, the words of the call, and the end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from steadybench.progress import Progress
    from steadybench.score import Summary


def say(line: str) -> None:
    """Tell a line on standard error."""
    click.echo(line, err=True)


def progress() -> Progress:
    """Progress on standard error."""
    from steadybench.progress import on_stream

    return on_stream(sys.stderr)


def words() -> list[str]:
    """The call as it was typed, for the record."""
    return ["steadybench", *sys.argv[1:]]


def end(summary: Summary, *, aside: bool = False) -> int:
    """Tell where the report lies, if there is one, and give the exit code.

    It is told on standard error where ``aside``, because something else went to standard output.
    """
    if summary.index is not None:
        click.echo(summary.index.resolve().as_uri(), err=aside)
    return summary.exit_code
