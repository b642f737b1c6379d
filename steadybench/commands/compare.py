"""Holding two runs against each other."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench import options
from steadybench.commands.shared import FILE
from steadybench.commands.talk import say


@click.command()
@click.argument("run_a", type=FILE)
@click.argument("run_b", type=FILE)
@click.option("--out", type=FILE, help="Folder for compare.html.  [default: RUN_B/compare-<name of RUN_A>]")
@click.option(
    "--map", "renamed", multiple=True, metavar="A=B", callback=options.pairs,
    help="Method A of the first run is B in the second, as reports name them; may be given again.",
)
def compare(run_a: Path, run_b: Path, out: Path | None, renamed: dict[str, str]) -> None:
    """Say what changed from RUN_A to RUN_B, and whether it is more than chance.

    Clips are paired by method, prompt, seed and length. Numbers under different measurement identities are
    never compared. Reads records only; neither run is changed.
    """
    from steadybench.comparing.command import compare as compare_runs

    text, page = compare_runs(run_a, run_b, out, renamed, say)
    click.echo(text)
    click.echo(page.resolve().as_uri())


@click.command()
@click.argument("run", type=FILE)
@click.option("--baseline", type=FILE, required=True, help="Folder of the run that this one is held against.")
@click.option(
    "--tolerance-seconds", type=click.FloatRange(min=0), callback=options.finite,
    help="Steady seconds that may be lost without being worse.",
)
@click.option(
    "--tolerance-level", type=click.FloatRange(min=0), callback=options.finite,
    help="Late level that may be gained without being worse.",
)
@click.option(
    "--allow", multiple=True, metavar="PATTERN",
    help="Findings that fail nothing, like 'worse/causvid*/drift.late' or 'missing/*'; may be given again.",
)
@click.option("--strict", is_flag=True, help="Fail where prompts are too few to tell.")
@click.option("--json", "as_json", is_flag=True, help="Print findings and changes as JSON.")
def check(
    run: Path, baseline: Path, tolerance_seconds: float | None, tolerance_level: float | None,
    allow: tuple[str, ...], strict: bool, as_json: bool,
) -> int:
    """Hold RUN against a baseline: for continuous integration, by exit code.

    0: no method is worse and nothing is missing. 6: a method is worse, which is where the interval of its
    paired change in steady seconds or a late level lies on the bad side of zero. 3: something is missing or
    cannot be compared.
    """
    from steadybench.comparing.command import Gate
    from steadybench.comparing.command import check as check_run

    gate = Gate(tolerance_seconds, tolerance_level, allow, strict)
    text, code = check_run(run, baseline, gate, say, as_json=as_json)
    click.echo(text)
    return code
