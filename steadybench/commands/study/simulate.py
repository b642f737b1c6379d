"""``steadybench study simulate``."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench import options
from steadybench.commands.shared import FILE
from steadybench.commands.talk import say

_NOT_NEGATIVE = click.FloatRange(min=0)
_SHARE = click.FloatRange(0, 1)


@click.command()
@click.argument("study", type=FILE)
@click.option("--out", type=FILE, help="New folder for answer files, as study serve would leave them.")
@click.option("--repeats", type=click.IntRange(min=2),
              help="Play the study so many times, write nothing, and say what it would resolve.")
@click.option("--strengths", multiple=True, metavar="A=X,B=Y",
              help="True strengths, log odds; systems by token, letter, or with --key by label or method.")
@click.option("--spread", type=_NOT_NEGATIVE, callback=options.finite,
              help="Instead of --strengths: even steps, the best so many log odds above the last.  "
                   "[default: 1.5, with --slope 0]")
@click.option("--ties", type=_NOT_NEGATIVE, default=0.5, show_default=True, callback=options.finite,
              help="Tie tendency nu: equals tie in nu / (2 + nu) of their trials.")
@click.option("--ties-sd", type=_NOT_NEGATIVE, default=0.5, show_default=True, callback=options.finite,
              help="How much raters differ in the logarithm of nu.")
@click.option("--side-bias", type=float, default=0.0, show_default=True, callback=options.finite,
              help="Log odds by which raters lean to the left.")
@click.option("--careless", type=_SHARE, default=0.0, show_default=True, callback=options.finite,
              help="Share of raters who press at random, fast.")
@click.option("--slips", type=_SHARE, default=0.02, show_default=True, callback=options.finite,
              help="Chance that an attentive rater fails a check.")
@click.option("--prompt-sd", type=_NOT_NEGATIVE, default=0.4, show_default=True, callback=options.finite,
              help="How much a system's strength varies from prompt to prompt, log odds.")
@click.option("--taste-sd", type=_NOT_NEGATIVE, default=0.0, show_default=True, callback=options.finite,
              help="How much it varies from rater to rater, log odds.")
@click.option("--slope", type=float, default=0.0, show_default=True, callback=options.finite,
              help="Validation: log odds towards the clip that the metric calls better, for each unit of its "
                   "gap.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--key", type=FILE, help="Key of the study, to name systems by label or method.")
def simulate(study: Path, out: Path | None, repeats: int | None, strengths: tuple[str, ...],
             spread: float | None, ties: float, ties_sd: float, side_bias: float, careless: float,
             slips: float, prompt_sd: float, taste_sd: float, slope: float, seed: int,
             key: Path | None) -> None:
    """Let made-up raters of known taste sit in STUDY: to rehearse its analysis, or to plan its size.

    With --out, writes answer files that are marked as simulated, and what is true beside them. With
    --repeats, says how often the study would find the true order, tell systems apart, and cover the truth;
    of a validation, how often raters would agree with the metric.
    """
    if (out is None) == (repeats is None):
        raise click.UsageError("Give either --out ANSWERS, to write answers, or --repeats N, to learn what "
                               "the study would resolve.")
    if strengths and spread is not None:
        raise click.UsageError("Give either --strengths or --spread, not both.")
    from steadybench.study.simulating import command
    from steadybench.study.simulating.raters import Truth

    people = Truth({}, ties, ties_sd, side_bias, prompt_sd, taste_sd, careless, slope, slips)
    asked = command.Asked(people, strengths, (0.0 if slope else 1.5) if spread is None else spread, seed, key)
    if out is not None:
        click.echo(command.answers(study, asked, out))
    elif repeats is not None:
        click.echo(command.resolution(study, asked, repeats, say))
