"""Making clips and measuring them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from steadybench.commands.choice import Choice, choosing
from steadybench.commands.scoring import Scoring, scoring
from steadybench.commands.shared import FILE
from steadybench.commands.talk import end, progress, say, words


@click.command()
@choosing("Like procedural,procedural:drift@10.", required=True)
@scoring
def run(choice: Choice, how: Scoring) -> int:
    """Make clips of a prompt suite with one or more methods, measure them, and report.

    The same command again goes on where it stopped; finished clips are not made again.
    """
    from steadybench.run import RunRequest, run_suite, title_of

    studio = choice.studio()
    asked, chosen = choice.asked(), choice.chosen()
    request = RunRequest(
        title=title_of(chosen, choice.horizon),
        suite=chosen,
        methods=asked,
        seeds=choice.seeds,
        shape=choice.shape(),
        making=how.limits(one_thread=False),
        source=choice.suite,
        plugins=choice.plugins,
    )
    return end(run_suite(request, studio, how.measurer(), how.order(), progress()))


@click.command()
@click.option("--out", type=FILE, help="Output folder.  [default: runs/demo or runs/demo-rendered]")
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes.  [default: one a core]")
@click.option("--rendered", is_flag=True, help="Rendered scenes that fail on purpose; needs no PyTorch.")
@click.option("--open", "show", is_flag=True, help="Open the leaderboard in a browser.")
def demo(out: Path | None, jobs: int | None, rendered: bool, show: bool) -> int:
    """Show the whole bench in a few minutes: eight methods on a small network, 4 scenes of 30 s each."""
    from steadybench.demo import METHODS, RENDERED, run_demo, show_page

    chosen = RENDERED if rendered else METHODS
    folder = out or Path("runs/demo-rendered" if rendered else "runs/demo")
    workers = jobs or len(os.sched_getaffinity(0))
    summary = run_demo(chosen, folder, workers, words(), progress())
    if show and summary.index is not None:
        show_page(summary.index, say)
    return end(summary)
