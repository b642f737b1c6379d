"""How clips are measured, and where results go: the options that every command with scoring has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from steadybench import options
from steadybench.commands.shared import FILE, F, gathered, time_limit, with_options
from steadybench.commands.talk import words

if TYPE_CHECKING:
    from steadybench.execute import Limits
    from steadybench.measurer import TaskAxes
    from steadybench.score import Order


@dataclass(frozen=True, slots=True)
class Scoring:
    """How clips are measured, and where results go; read from the options that :func:`scoring` adds."""

    out: Path
    jobs: int
    time_limit: float
    """Seconds for one clip."""
    flow: Literal["dis", "raft"]
    raft_weights: Path | None
    panels: tuple[str, ...] | None
    device: str
    panel_flow: Literal["auto", "raft", "dis"]
    report: bool

    def limits(self, *, one_thread: bool = True) -> Limits:
        """Workers and their time; each keeps to one thread unless told otherwise."""
        from steadybench.execute import Limits

        return Limits(self.jobs, self.time_limit, one_thread=one_thread)

    def order(self) -> Order:
        """How to work."""
        from steadybench.score import Order

        return Order(self.out, words(), self.limits(), self.report)

    def measurer(self) -> TaskAxes:
        """The measurer with its panels.

        Raises:
            InputError: the flow backend cannot run here, or a panel does not exist.
        """
        from steadybench.measurer import task_axes

        return task_axes(self.flow, self.raft_weights, self.panels or (), self.device, self.panel_flow)


def scoring(command: F) -> F:
    """Add the options that every command with scoring has; it gets them as ``how``, a :class:`Scoring`."""
    return with_options(
        gathered(command, "how", Scoring),
        click.option("--report/--no-report", default=True, show_default=True, help="Build the report."),
        click.option("--device", default="cpu", show_default=True, help="Where panels' networks run."),
        click.option(
            "--panel-flow", type=click.Choice(["auto", "raft", "dis"]), default="auto", show_default=True,
            help="Flow of task_panel; auto: RAFT where its weights are here, else DIS.",
        ),
        click.option("--panels", callback=options.names, help="Published panels too, like vbench."),
        click.option("--raft-weights", type=FILE, help="RAFT weights file, instead of the stored one."),
        click.option("--flow", type=click.Choice(["dis", "raft"]), default="dis", show_default=True),
        time_limit(3600.0, "Seconds that making one clip, or measuring one, may take."),
        click.option(
            "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Worker processes."
        ),
        click.option(
            "--out", type=FILE, required=True, help="Folder for records, tables, report; made if missing."
        ),
    )  # fmt: skip
