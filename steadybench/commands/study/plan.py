"""Planning a blind study."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench import options
from steadybench.commands.shared import FILE, gathered, with_options
from steadybench.commands.talk import say
from steadybench.study.planning.request import OFF_AXIS, TITLE, Request
from steadybench.study.questions import QUESTIONS


def _bands(_context: click.Context, _parameter: click.Parameter, text: str | None
           ) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low = high = 0.0
    if not 0 < low < high < float("inf"):
        raise click.BadParameter(f"expected two gaps, MIDDLE,CLEAR, like 0.1,0.3, got {text!r}")
    return low, high


def _count_or_all(_context: click.Context, _parameter: click.Parameter, text: str) -> int:
    if text == "all":
        return 0
    if not text.isdecimal() or int(text) < 1:
        raise click.BadParameter(f"expected a whole number from 1, or 'all', got {text!r}")
    return int(text)


def _plan(runs: tuple[Path, ...], out: Path, asked: Request) -> None:
    """Plan a blind study of the clips of one or more runs.

    Two kinds, never pooled: a comparison ranks methods; a validation (--metric) tests whether a metric sees
    what people see, on pairs chosen by rule.

    What the study can and cannot resolve is told first. Then STUDY gets plan.json (in tokens only), plan.csv,
    balance.csv and key.json. The key alone says who is who: keep it away from raters and from whoever
    analyses.
    """
    from steadybench.study.planning.command import plan as plan_study

    made = plan_study(runs, out, asked, say)
    if not asked.dry_run:
        from steadybench.study import planfile

        click.echo(f"{planfile.digest(made.plan)}  {out / planfile.FILE}")


_OPTIONS = (
    click.argument("runs", nargs=-1, required=True, type=FILE, metavar="RUN..."),
    click.option("--out", required=True, type=FILE, metavar="STUDY", help="Folder of the study."),
    click.option("--kind", type=click.Choice(["comparison", "validation"]),
                 help="[default: validation with --metric, else comparison]"),
    click.option("--question", multiple=True, type=click.Choice(list(QUESTIONS)),
                 help="What is asked, one pass each; may be given again.  [default: stillness, motion and "
                 "texture; in a validation the question of the metric's axis]"),
    click.option("--votes", type=int, default=6, show_default=True,
                 help="Judgements of each pair of clips, half of them with sides swapped."),
    click.option("--prompts-per-pair", default="all", show_default=True, callback=_count_or_all,
                 help="Prompts on which each pair of systems meets, in a balanced incomplete design."),
    click.option("--seeds", default="all", show_default=True, callback=_count_or_all,
                 help="Seeds of each prompt to show, from the first."),
    click.option("--trials", type=int,
                 help="Trials a session, with checks.  [default: as many as 20 min allow, at most "
                      "40 of up to 20 s or 16 longer ones]"),
    click.option("--seconds", type=float, callback=options.finite,
                 help="Length shown.  [default: the whole clip up to 20 s, longer ones by their ends]"),
    click.option("--excerpt", type=click.Choice(["full", "ends"]),
                 help="full: from the first frame on. ends: the first and the last 8 s, 1 s of grey "
                      "between."),
    click.option("--metric", default="", help="Quantity that a validation tests, such as stagnation.late."),
    click.option("--bands", callback=_bands, metavar="MIDDLE,CLEAR",
                 help="Gaps at which the middle and the clear band begin.  [default: terciles]"),
    click.option("--off-axis", type=click.FloatRange(min=0), default=OFF_AXIS, show_default=True,
                 callback=options.finite, help="Largest gap on the other axes' late levels in a validation."),
    click.option("--per-band", type=click.IntRange(min=0), default=0,
                 help="Pairs of clips a band.  [default: as many as the smallest offers]"),
    click.option("--methods", callback=options.names, metavar="LIST",
                 help="Only these, as reports name them, by method or method:configuration."),
    click.option("--prompts", callback=options.names, metavar="LIST", help="Only these prompts, by id."),
    click.option("--exclude", multiple=True, metavar="CLIP",
                 help="Leave a clip out, and so every pair with it: its name, file or digest, or a pattern; "
                      "may be given again."),
    click.option("--title", default=TITLE, show_default=True, help="What raters read above the study."),
    click.option("--seed", type=int, default=0, show_default=True, help="Of every draw."),
    click.option("--key", type=FILE, help="File of the key; one that is there is used again.  "
                 "[default: STUDY/key.json]"),
    click.option("--dry-run", is_flag=True, help="Tell what the study could resolve and write nothing."),
)
plan = click.command("plan")(with_options(gathered(_plan, "asked", Request), *reversed(_OPTIONS)))
