"""``study analyse``."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench.commands.shared import FILE


@click.command()
@click.argument("study", type=FILE)
@click.option("--answers", type=FILE, multiple=True, required=True,
              help="Folder of the receiver, downloaded file, or table of a platform; may be given again.")
@click.option("--out", type=FILE, required=True, help="Folder for index.html and tables.")
@click.option("--key", type=FILE, help="Key, used once the study is unblinded.  [default: STUDY/key.json]")
@click.option("--sha256", default="", metavar="DIGEST", help="Digest of the lock as it was deposited.")
@click.option("--unregistered", is_flag=True, help="Analyse a study that has no lock; the page says so.")
def analyse(study: Path, answers: tuple[Path, ...], out: Path, key: Path | None, sha256: str, *,
            unregistered: bool) -> int:
    """Work out what raters of STUDY found, by the lock, and list every deviation from it.

    Systems are letters until 'study unblind'. Ends with 4 where no answer counts; the page then says why.
    """
    from datetime import UTC, datetime

    from steadybench.study.analysing.analyse import Asked
    from steadybench.study.analysing.command import analyse as run

    asked = Asked(answers, key, sha256, unregistered, datetime.now(UTC))
    text, page, code = run(study, out, asked)
    click.echo(text)
    click.echo(page.resolve().as_uri())
    return code
