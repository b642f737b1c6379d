"""``study lock``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from steadybench import options
from steadybench.commands.shared import FILE, F, gathered, with_options
from steadybench.errors import INCOMPLETE, OK
from steadybench.study.excluding.rules import Rules
from steadybench.study.locking.model import Analysis
from steadybench.study.locking.stopping import Stop

_SHARE = click.FloatRange(0, 1)


def _rules(command: F) -> F:
    usual = Rules()
    return with_options(
        gathered(command, "rules", Rules),
        click.option("--playback", type=click.FloatRange(1), default=usual.playback, show_default=True,
                     callback=options.finite,
                     help="Share of their length beyond which the clips of a session played too slowly."),
        click.option("--side-trials", type=click.IntRange(min=1), default=usual.side_trials,
                     show_default=True, help="Fewer decided trials tell nothing of a side."),
        click.option("--side-share", type=_SHARE, default=usual.side_share, show_default=True,
                     callback=options.finite,
                     help="Share of decided trials on one side beyond which a rater is left out."),
        click.option("--least-watched", type=_SHARE, default=usual.least_watched, show_default=True,
                     callback=options.finite,
                     help="Share of the clips' length before which an answer is too quick."),
        click.option("--checks-failed", type=click.IntRange(min=0), default=usual.checks_failed,
                     show_default=True,
                     help="Most instructed and content checks that a rater may fail in a session."),
    )


def _analysis(command: F) -> F:
    usual = Analysis()
    return with_options(
        gathered(command, "analysis", Analysis),
        click.option("--alpha-gate", type=click.FloatRange(-1, 1), callback=options.finite,
                     help="Answers support a claim only if the lower limit of alpha lies above this."),
        click.option("--seed", type=click.IntRange(0), default=usual.seed, show_default=True,
                     help="Seed of resamples."),
        click.option("--draws", type=click.IntRange(100, 100_000), default=usual.draws, show_default=True,
                     help="Resamples behind intervals."),
        click.option("--ridge", type=click.FloatRange(0, min_open=True), default=usual.ridge,
                     show_default=True, callback=options.finite, help="Penalty on Davidson strengths."),
    )


@click.command()
@click.argument("study", type=FILE)
@click.option("--key", type=FILE, help="Key of the study.  [default: STUDY/key.json]")
@click.option("--planned", multiple=True, metavar="A>B",
              help="Planned comparison: A is expected to be chosen more often than B; QUESTION:A>B for one "
                   "question only; may be given again. Systems by token, letter, label or method.")
@click.option("--hypotheses", type=FILE, help="Text file with the hypotheses.")
@click.option("--raters", type=click.IntRange(min=0), default=0,
              help="Raters aimed at.  [default: one a session]")
@click.option("--sessions", type=click.IntRange(min=0), default=0,
              help="Collection ends with so many complete sessions.  [default: every planned one]")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
              help="Collection ends at the latest with this day (UTC), like 2026-12-31.")
@click.option("--stopping", default="", metavar="TEXT",
              help="More on when collection ends, in words; shown and not checked.")
@_rules
@_analysis
@click.option("--export", type=FILE, help="Folder for raters, to check its files one by one.")
@click.option("--check", is_flag=True, help="Write nothing; say whether everything still fits the lock.")
@click.option("--sha256", default="", metavar="DIGEST", help="With --check: digest that was deposited.")
def lock(study: Path, key: Path | None, planned: tuple[str, ...], hypotheses: Path | None, raters: int,
         sessions: int, until: datetime | None, stopping: str, rules: Rules, analysis: Analysis,
         export: Path | None, sha256: str, *, check: bool) -> int:
    """Fix hypotheses, questions, items, rules and settings of STUDY before the first answer.

    Writes STUDY/lock.json once and prints its SHA-256. Deposit that digest where it gets a date of its own,
    such as a public registry or a signed tag. But for your hypotheses the lock names no method.
    """
    from steadybench.study.locking import command

    if check:
        found = command.check(study, key, export, sha256)
        click.echo("\n".join(found) or "Everything fits the lock.")
        return INCOMPLETE if found else OK
    stop = Stop(sessions, f"{until:%Y-%m-%d}" if until else "")
    asked = command.Asked(planned, hypotheses, raters, stop, stopping, rules, analysis)
    click.echo(command.lock(study, key, export, asked, now=datetime.now(UTC)))
    return OK
