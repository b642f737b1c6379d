"""Making the folder that raters see."""

from __future__ import annotations

import os
from pathlib import Path

import click

from steadybench.commands.shared import FILE
from steadybench.commands.talk import progress


@click.command()
@click.argument("study", type=FILE)
@click.option("--out", required=True, type=FILE, metavar="EXPORT", help="Folder for raters, outside STUDY.")
@click.option("--key", type=FILE, help="Key of the study.  [default: STUDY/key.json]")
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes.  [default: one a core]")
@click.option("--qp", type=click.IntRange(0, 51), default=20, show_default=True,
              help="H.264 quantiser of every clip; lower is better and larger.")
@click.option("--receiver", default="", metavar="URL",
              help="Where answers are posted: '.' for the host of the page, such as 'study serve', or an "
                   "address.  [default: raters send a file]")
@click.option("--consent", type=FILE,
              help="Text file with the consent that raters give, instead of the usual.")
@click.option("--contact", default="", help="Whom raters can ask, such as an e-mail address.")
@click.option("--pay", default="", help="What raters are paid, such as '12 EUR an hour'.")
@click.option("--finished", default="", metavar="URL", help="Where raters go at the end.")
@click.option("--screened", default="", metavar="URL", help="Where raters go whose device cannot play clips.")
@click.option("--failed", default="", metavar="URL", help="Where raters go after a technical failure.")
@click.option("--allow-flashing", is_flag=True, help="Export clips that flash; raters are warned.")
def export(
    study: Path, out: Path, key: Path | None, jobs: int | None, qp: int, receiver: str, consent: Path | None,
    contact: str, pay: str, finished: str, screened: str, failed: str, allow_flashing: bool,
) -> int:
    """Write the folder for raters: every clip encoded anew, blind, with the page that shows them.

    EXPORT opens from disk or from any web host. The key never lies in it. A call that was broken off goes on
    where it stopped; the same study gives the same bytes. 3: clips are missing, changed or flashing.
    """
    from reports.rating.model import Outcomes
    from steadybench.study.exporting import command
    from steadybench.study.exporting.public import Wording, read_text

    said = Wording(read_text(consent) if consent else "", contact, pay, receiver,
                   Outcomes(finished, screened, failed))
    asked = command.Request(study, out, key, jobs or len(os.sched_getaffinity(0)), qp, allow_flashing, said)
    return command.export(asked, progress())
