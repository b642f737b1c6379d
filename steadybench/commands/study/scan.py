"""Looking for leaks in an export."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench.commands.shared import FILE
from steadybench.commands.talk import progress


@click.command()
@click.argument("export", type=FILE)
@click.option("--key", type=FILE, help="Key of the study, to look for its prompts and secrets too.")
@click.option(
    "--allow", multiple=True, metavar="CHECK",
    help="Findings of this check are told and fail nothing, such as 'rate'; may be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def scan(export: Path, key: Path | None, allow: tuple[str, ...], as_json: bool) -> int:
    """Look for everything in EXPORT that could tell raters which method made a clip.

    Reads only. 0: nothing was found. 7: there is a leak; each is named with its file and what removes it.
    """
    from steadybench import errors
    from steadybench.study.scanning import told
    from steadybench.study.scanning.scan import CHECKS
    from steadybench.study.scanning.scan import scan as scan_export

    known = [check.id for check in CHECKS]
    strange = sorted(set(allow) - set(known))
    if strange:
        told_all = f"no check {', '.join(strange)}; there are {', '.join(known)}."
        raise click.BadParameter(told_all, param_hint="--allow")
    found = scan_export(export, key, allow, progress())
    click.echo(told.as_json(found) if as_json else told.text(found))
    return errors.LEAKING if found.leaks else errors.OK
