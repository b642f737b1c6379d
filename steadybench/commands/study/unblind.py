"""``study unblind``."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench.commands.shared import FILE


@click.command()
@click.argument("study", type=FILE)
@click.option("--by", required=True, metavar="NAME", help="Who is told the names.")
@click.option("--reason", default="", metavar="TEXT", help="Why now.")
@click.option("--key", type=FILE, help="Key of the study.  [default: STUDY/key.json]")
def unblind(study: Path, by: str, reason: str, key: Path | None) -> None:
    """Record who learns the names of the systems of STUDY, and when.

    Needs a lock. Adds to STUDY/unblinded.json; from then on 'study analyse' shows names and tells who knew
    them since when.
    """
    from datetime import UTC, datetime

    from steadybench.study import unblinding

    if not by.strip():
        raise click.BadParameter("expected a name", param_hint="--by")
    entry = unblinding.record(study, by.strip(), reason.strip(), key, datetime.now(UTC))
    click.echo(f"Unblinded by {entry.by} at {entry.at}. {study / unblinding.FILE}")
