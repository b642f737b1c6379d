"""Prompt suites."""

from __future__ import annotations

import click

from steadybench.commands.talk import say
from steadybench.errors import USAGE


@click.group()
def prompts() -> None:
    """Look after prompt suites."""


@prompts.command("lint")
@click.argument("suite", default="fixed_camera")
def prompts_lint(suite: str) -> int:
    """Check balance, uniqueness, length and wording of SUITE, a built-in name or a YAML file."""
    from prompts.lint import lint
    from steadybench.run import choose_prompts

    chosen = choose_prompts(suite, None, None)
    faults = lint(chosen)
    for fault in faults:
        click.echo(f"{fault.prompt_id or chosen.name}: {fault.rule}: {fault.message}")
    say(f"{len(chosen.prompts)} prompts, {len(faults)} faults.")
    return USAGE if faults else 0
