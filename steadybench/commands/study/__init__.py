"""``steadybench study``: blind A/B studies from the plan to the verdict."""

from __future__ import annotations

import click

from steadybench.commands.study.analyse import analyse
from steadybench.commands.study.crowd import crowd
from steadybench.commands.study.export import export
from steadybench.commands.study.lock import lock
from steadybench.commands.study.plan import plan
from steadybench.commands.study.scan import scan
from steadybench.commands.study.serve import serve
from steadybench.commands.study.simulate import simulate
from steadybench.commands.study.unblind import unblind

COMMANDS: tuple[click.Command, ...] = (
    plan,
    export,
    scan,
    lock,
    serve,
    crowd,
    simulate,
    analyse,
    unblind,
)


@click.group()
def study() -> None:
    """Ask people: plan, export, run and analyse a blind A/B study.

    The usual way: plan RUN, export STUDY, scan EXPORT, lock STUDY, serve EXPORT, analyse STUDY, unblind
    STUDY.
    """


for _command in COMMANDS:
    study.add_command(_command)
