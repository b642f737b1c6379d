"""Proof that metrics respond to what they should, and to nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import click

from steadybench import options
from steadybench.commands.shared import FILE, time_limit
from steadybench.commands.talk import progress, words


@click.command()
@click.option("--out", type=FILE, required=True, help="Folder for records and tables; made if missing.")
@click.option("--clips", type=FILE, help="Folder of real clips that are spoiled too.")
@click.option("--quick", is_flag=True, help="Six clips of 12 s instead of 24 of 20 s.")
@click.option(
    "--ladders", type=click.IntRange(min=0), help="Clips that get every severity.  [default: 2; quick: 1]"
)
@click.option(
    "--split", type=click.Choice(["report", "calibrate"]), default="report", show_default=True,
    help="Half of the seeds: the one that proves, or the one that thresholds may be chosen on.",
)  # fmt: skip
@click.option("--seeds", default="0-2", show_default=True, callback=options.seeds, help="Within that half.")
@click.option("--mask", type=click.Choice(["early", "truth"]), default="early", show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes.  [default: one a core]")
@time_limit(600.0, "Seconds that one measurement may take.")
def validate(
    out: Path,
    clips: Path | None,
    quick: bool,
    ladders: int | None,
    split: Literal["report", "calibrate"],
    seeds: tuple[int, ...],
    mask: Literal["early", "truth"],
    jobs: int | None,
    time_limit: float,
) -> int:
    """Spoil clean clips in known ways and see what every metric makes of it.

    The same command again goes on where it stopped. Bars that are missed are told; they are no error.
    """
    from steadybench.execute import Limits
    from steadybench.validate import ValidateRequest
    from steadybench.validate import validate as run_validation
    from steadybench.validation.work import Suite

    limits = Limits(jobs or len(os.sched_getaffinity(0)), time_limit)
    request = ValidateRequest(out, clips, split, seeds, quick, ladders, mask, limits, words())
    done = run_validation(request, Suite(), progress())
    click.echo(done.page.resolve().as_uri())
    return done.exit_code
