"""``steadybench study``: blind A/B studies from the plan to the verdict."""

from __future__ import annotations

import click

from steadybench.commands.study.lock import lock
from steadybench.commands.study.plan import plan
from steadybench.commands.study.scan import scan
from steadybench.commands.study.serve import serve

COMMANDS: tuple[click.Command, ...] = (
    plan,
    scan,
    lock,
    serve,
)


@click.group()
def study() -> None:
    """Ask people: plan, export, run and analyse a blind A/B study.

    The usual way: plan RUN, export STUDY, scan EXPORT, lock STUDY, serve EXPORT, analyse STUDY, unblind
    STUDY.
    """


for _command in COMMANDS:
    study.add_command(_command)
