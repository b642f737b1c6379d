"""Crowdsourcing platforms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from steadybench.commands.shared import FILE
from steadybench.commands.talk import say

if TYPE_CHECKING:
    from steadybench.study.crowd.batch import Platform


@click.group()
def crowd() -> None:
    """Give sessions to raters of a platform, and see whom to pay."""


@crowd.command("batch")
@click.argument("export", type=FILE)
@click.option("--platform", type=click.Choice(["mturk", "prolific", "plain"]), required=True)
@click.option("--url", required=True, help="Address at which EXPORT lies, like https://lab.example/study/.")
@click.option("--out", type=FILE, required=True, help="CSV, for prolific JSON; must not lie in EXPORT.")
def crowd_batch(export: Path, platform: Platform, url: str, out: Path) -> None:
    """Write what a platform needs to send raters to EXPORT.

    mturk: a batch with one row a session, and the layout of the project. prolific: the fields of a study with
    address, places and completion codes by outcome; without a receiver one address a session. plain: a list
    of addresses.
    """
    from steadybench.study.crowd.command import write_batch

    write_batch(export, platform, url, out, say)


@crowd.command("results")
@click.argument("study", type=FILE)
@click.argument("results", type=FILE)
@click.option(
    "--answers", type=FILE, multiple=True,
    help="Folder or file of answers; may be given again. RESULTS are read too where they hold any.",
)
@click.option("--key", type=FILE, help="Key of the study.  [default: STUDY/key.json]")
@click.option("--out", type=FILE, required=True, help="CSV of payments, readable by its owner alone.")
def crowd_results(
    study: Path, results: Path, answers: tuple[Path, ...], key: Path | None, out: Path
) -> None:
    """Match the RESULTS of a platform with the answers, and write who is to be paid.

    RESULTS is the table that MTurk or Prolific gives, or one with the columns rater, session_id and
    completion_code. Pay is refused only where two instructed checks of a session failed that is planned to
    take more than five minutes; what is not clear is left to be looked at.
    """
    from steadybench.study.crowd.command import write_payments

    write_payments(study, results, answers, out, key, say)
