"""Before a run: what it would take, and whether the machine is ready."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench.commands.choice import Choice, choosing
from steadybench.commands.shared import FILE


@click.command()
@choosing("Like self-forcing:long,rolling-forcing.", required=True)
@click.option("--gpu", metavar="NAME", help="GPU to plan for, like 'H100 SXM'.  [default: device's]")
@click.option("--json", "as_json", is_flag=True, help="For programs; the layout is in docs/doctor.md.")
@click.option("--out", type=FILE, required=True, help="Folder of the run; it need not be there.")
def plan(choice: Choice, gpu: str | None, as_json: bool, out: Path) -> int:
    """Tell what a run would take: clips, passes, hours, disk and memory, and what refuses it.

    Nothing is made and no weights are loaded.
    """
    from steadybench.outlook import gpus
    from steadybench.outlook.command import show
    from steadybench.outlook.driver import card_here
    from steadybench.outlook.outlook import check_names
    from steadybench.outlook.rows import Wish
    from steadybench.run import title_of

    named = gpus.find(gpu) if gpu else None
    studio = choice.studio()
    asked = choice.asked()
    check_names(choice.methods, studio.files)
    chosen = choice.chosen()
    card = named or card_here(own for _, own in asked)
    wish = Wish(asked, chosen.prompts, choice.seeds, choice.shape(), out, card)
    return show(title_of(chosen, choice.horizon), wish, studio, click.echo, as_json=as_json)


@click.command()
@choosing("Rows to be ready for, like self-forcing:long.", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs; the layout is in docs/doctor.md.")
@click.option("--out", type=FILE, help="Folder of a run: is there room for the plan?")
def doctor(choice: Choice, as_json: bool, out: Path | None) -> int:
    """Look whether this machine is ready, and say how to put right what is not.

    Without --methods it looks at the installation and the tiny backbone. With --methods, and the options that
    a run of them would have, it looks at what these rows need. Nothing is downloaded or changed.
    """
    from steadybench.doctor.examine import examine, show
    from steadybench.doctor.finding import Asked
    from steadybench.doctor.packages import NEEDED, faults_of

    if not choice.methods or faults_of(NEEDED):
        return show(examine(Asked(choice.plugins, out=out)), click.echo, as_json=as_json)
    from steadybench.outlook.outlook import check_names
    from steadybench.outlook.rows import Wish

    asked = tuple(choice.asked())
    check_names(choice.methods, choice.studio().files)
    wish = Wish(asked, choice.chosen().prompts, choice.seeds, choice.shape(), out or Path())
    return show(examine(Asked(choice.plugins, asked, out, wish)), click.echo, as_json=as_json)
