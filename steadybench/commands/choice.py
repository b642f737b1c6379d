"""Which clips are asked for: the options that choose prompts, methods and format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from steadybench import options
from steadybench.commands.shared import F, gathered, horizon, picture, plugins, suite, with_options

if TYPE_CHECKING:
    from prompts.types import Suite
    from steadybench.plan import Format
    from steadybench.studio import Adapters


@dataclass(frozen=True, slots=True)
class Choice:
    """Which clips are asked for; read from the options that :func:`choosing` adds."""

    suite: str
    methods: tuple[str, ...]
    """Specs ``method`` or ``method:configuration``; empty where the command can do without."""
    settings: tuple[str, ...]
    """``key=value`` for adapters."""
    seeds: tuple[int, ...]
    horizon: float
    """Seconds of video."""
    size: tuple[int, int] | None
    """(width, height) in pixels; None for what each method makes."""
    fps: float | None
    plugins: tuple[Path, ...]
    """Python files with methods."""
    prompts: tuple[str, ...] | None
    limit: int | None

    def studio(self) -> Adapters:
        """What makes clips.

        Raises:
            InputError: names every single file that cannot be used.
        """
        from steadybench.studio import adapters

        return adapters(self.plugins)

    def asked(self) -> list[tuple[str, dict[str, str]]]:
        """Every method with its own options.

        Raises:
            click.BadParameter: an option is of another form, or for a method that is not asked for.
        """
        options.check_owners(self.methods, self.settings)
        return [(spec, options.for_method(spec, self.settings)) for spec in self.methods]

    def chosen(self) -> Suite:
        """The suite with the prompts that are asked for.

        Raises:
            InputError: no such suite or prompt.
        """
        from steadybench.run import choose_prompts

        return choose_prompts(self.suite, self.prompts, self.limit)

    def shape(self) -> Format:
        """Length, frame rate and size of clips."""
        from steadybench.plan import Format

        return Format(self.horizon, self.fps, self.size)


def choosing(methods: str, *, required: bool) -> Callable[[F], F]:
    """Add the options that choose prompts, methods and format; the command gets them as a :class:`Choice`.

    Args:
        methods: help of ``--methods``.
        required: whether ``--methods`` must be given.
    """

    def decorate(command: F) -> F:
        return with_options(
            gathered(command, "choice", Choice),
            click.option(
                "--limit", type=click.IntRange(min=1), help="Only so many prompts, balanced over regimes."
            ),
            click.option("--prompts", callback=options.names, help="Only these prompt ids."),
            plugins,
            picture("832x480"),
            horizon(3600, 60.0),
            click.option(
                "--seeds", default="0", show_default=True, callback=options.seeds, help="Like 0,1 or 0-7."
            ),
            click.option(
                "--option", "settings", multiple=True, metavar="KEY=VALUE",
                help="For adapters; METHOD.KEY: one.",
            ),
            click.option("--methods", required=required, callback=_names, help=methods),
            suite,
        )  # fmt: skip

    return decorate


def _names(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[str, ...]:
    return options.names(context, parameter, text) or ()
