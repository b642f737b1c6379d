"""Adapters of the user's own: begun from a scaffold, held to the contract."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from steadybench import options
from steadybench.commands.shared import FILE, horizon, picture, plugins, suite, time_limit


@click.group()
def new() -> None:
    """Begin something of your own."""


@new.command("generator")
@click.argument("name")
@click.option("--into", type=FILE, help="Folder for the files.  [default: a new folder NAME]")
def new_generator(name: str, into: Path | None) -> None:
    """Write a small package with a working generator NAME, ready to be installed and changed."""
    from steadybench import scaffold

    folder = into or Path(name)
    files = scaffold.new_generator(name, folder)
    click.echo("Wrote " + ", ".join(map(str, files)) + ".")
    click.echo(
        f"Announce it to steadybench:  pip install -e {shlex.quote(str(folder))}\n"
        f"Does it keep the contract:   steadybench adapter check {name}\n"
        f"Measure a first clip:        steadybench run --methods {name} --limit 1 --horizon 10 "
        f"--size 320x192 --out runs/{name}\n"
        f"Without installing:          add --plugin {shlex.quote(str(files[0]))} to the last two"
    )


@click.group()
def adapter() -> None:
    """Look after adapters."""


@adapter.command("check")
@click.argument("spec")
@click.option("--option", "settings", multiple=True, metavar="KEY=VALUE", help="For the adapter.")
@click.option("--prompt", "prompt_id", help="Id of the prompt to ask for. [default: the suite's first]")
@suite
@picture("160x96")
@plugins
@horizon(60, 2.0)
@time_limit(900.0, "Seconds that the whole check may take.")
def adapter_check(
    spec: str,
    settings: tuple[str, ...],
    prompt_id: str | None,
    suite: str,
    size: tuple[int, int] | None,
    fps: float | None,
    plugins: tuple[Path, ...],
    horizon: float,
    time_limit: float,
) -> int:
    """Find out whether the adapter SPEC keeps the contract, by running short jobs."""
    from steadybench.adapter import check_adapter
    from steadybench.plan import Format
    from steadybench.run import choose_prompts
    from steadybench.studio import adapters

    studio = adapters(plugins)
    options.check_owners([spec], settings)
    prompt = choose_prompts(suite, [prompt_id] if prompt_id else None, 1).prompts[0]
    given = options.for_method(spec, settings)
    shape = Format(horizon, fps, size, usual_size=(160, 96))
    return check_adapter(spec, given, prompt, shape, studio, time_limit, click.echo)
