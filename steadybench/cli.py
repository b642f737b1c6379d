"""The command line: reads options and hands over. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

import click

from steadybench import __version__, options
from steadybench.errors import EXIT_CODES, INTERRUPTED, USAGE, Interrupted, SteadybenchError

if TYPE_CHECKING:
    from steadybench.progress import Progress
    from steadybench.score import Summary

EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {meaning}" for code, meaning in EXIT_CODES)
FILE = click.Path(path_type=Path, readable=False)  # readers say themselves what they cannot read

F = TypeVar("F", bound=Callable[..., Any])


@click.group(
    epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="steadybench")
def cli() -> None:
    """Measure how long a video generator holds a fixed-camera shot of nature before it fails."""


def _scoring(command: F) -> F:
    """Add the options that every command with scoring has."""
    for decorate in (
        click.option("--report/--no-report", default=True, show_default=True, help="Build the report."),
        click.option("--device", default="cpu", show_default=True, help="Where panels' networks run."),
        click.option(
            "--panel-flow", type=click.Choice(["auto", "raft", "dis"]), default="auto", show_default=True,
            help="Flow of task_panel; auto: RAFT where its weights are here, else DIS.",
        ),
        click.option("--panels", callback=options.names, help="Published panels too, like vbench."),
        click.option("--raft-weights", type=FILE, help="RAFT weights file, instead of the stored one."),
        click.option("--flow", type=click.Choice(["dis", "raft"]), default="dis", show_default=True),
        click.option(
            "--time-limit", type=click.FloatRange(min=0, min_open=True), default=3600.0, show_default=True,
            callback=options.finite, help="Seconds that making one clip, or measuring one, may take.",
        ),
        click.option(
            "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Worker processes."
        ),
        click.option(
            "--out", type=FILE, required=True, help="Folder for records, tables, report; made if missing."
        ),
    ):  # fmt: skip
        command = decorate(command)
    return command


def _plugins(command: F) -> F:
    """Add the option for methods of single files."""
    told = "Python file with a method, to try it without a package; may be given again."
    return click.option("--plugin", "plugins", multiple=True, type=FILE, help=told)(command)


def _picture(usual: str) -> Callable[[F], F]:
    """Add size and frame rate; without them each method makes its own format, or the ``usual`` size."""

    def decorate(command: F) -> F:
        told = "Frames a second.  [default: what the method makes, else 16]"
        fps = click.option(
            "--fps", type=click.FloatRange(1, 120), callback=options.finite, help=told
        )  # fmt: skip
        told = f"Pixels, like {usual}.  [default: what the method makes, else {usual}]"
        return click.option("--size", callback=options.size, help=told)(fps(command))

    return decorate


def _choosing(methods: str, *, required: bool) -> Callable[[F], F]:
    """Add the options that choose prompts, methods and format, the same for every command that has them."""

    def decorate(command: F) -> F:
        for add in (
            click.option(
                "--limit", type=click.IntRange(min=1), help="Only so many prompts, balanced over regimes."
            ),
            click.option("--prompts", callback=options.names, help="Only these prompt ids."),
            _plugins,
            _picture("832x480"),
            click.option(
                "--horizon", type=click.FloatRange(0, 3600, min_open=True), default=60.0, show_default=True,
                callback=options.finite, help="Seconds of video asked for.",
            ),
            click.option(
                "--seeds", default="0", show_default=True, callback=options.seeds, help="Like 0,1 or 0-7."
            ),
            click.option(
                "--option", "settings", multiple=True, metavar="KEY=VALUE",
                help="For adapters; METHOD.KEY: one.",
            ),
            click.option("--methods", required=required, callback=options.names, help=methods),
            click.option(
                "--suite", default="fixed_camera", show_default=True,
                help="Built-in prompt suite or YAML file.",
            ),
        ):  # fmt: skip
            command = add(command)
        return command

    return decorate


@cli.command()
@click.argument("paths", nargs=-1, type=FILE)
@click.option("--manifest", type=FILE, help="CSV that names method, prompt, seed and mask of each clip.")
@_scoring
def score(
    paths: tuple[Path, ...],
    out: Path,
    manifest: Path | None,
    jobs: int,
    time_limit: float,
    flow: Literal["dis", "raft"],
    raft_weights: Path | None,
    panels: tuple[str, ...] | None,
    device: str,
    panel_flow: Literal["auto", "raft", "dis"],
    report: bool,
) -> int:
    """Measure clips: video files, folders of them, or the clips of a manifest.

    The same command again goes on where it stopped; nothing that was measured is measured twice.
    """
    if not paths and manifest is None:
        raise click.UsageError("Name a video file or a folder, or give a --manifest.")
    from steadybench.execute import Limits
    from steadybench.measurer import task_axes
    from steadybench.score import Order, score_paths

    order = Order(out, _command(), Limits(jobs, time_limit), report)
    measurer = task_axes(flow, raft_weights, panels or (), device, panel_flow)
    return _end(score_paths(paths, manifest, measurer, order, _progress()))


@cli.command()
@_choosing("Like procedural,procedural:drift@10.", required=True)
@_scoring
def run(
    suite: str,
    methods: tuple[str, ...],
    settings: tuple[str, ...],
    seeds: tuple[int, ...],
    horizon: float,
    size: tuple[int, int] | None,
    fps: float | None,
    plugins: tuple[Path, ...],
    prompts: tuple[str, ...] | None,
    limit: int | None,
    out: Path,
    jobs: int,
    time_limit: float,
    flow: Literal["dis", "raft"],
    raft_weights: Path | None,
    panels: tuple[str, ...] | None,
    device: str,
    panel_flow: Literal["auto", "raft", "dis"],
    report: bool,
) -> int:
    """Make clips of a prompt suite with one or more methods, measure them, and report.

    The same command again goes on where it stopped; finished clips are not made again.
    """
    from steadybench.execute import Limits
    from steadybench.measurer import task_axes
    from steadybench.plan import Format
    from steadybench.run import RunRequest, choose_prompts, run_suite, title_of
    from steadybench.score import Order
    from steadybench.studio import adapters

    studio = adapters(plugins)
    options.check_owners(methods, settings)
    chosen = choose_prompts(suite, prompts, limit)
    request = RunRequest(
        title=title_of(chosen, horizon),
        suite=chosen,
        methods=[(spec, options.for_method(spec, settings)) for spec in methods],
        seeds=seeds,
        shape=Format(horizon, fps, size),
        making=Limits(jobs, time_limit, one_thread=False),
    )
    order = Order(out, _command(), Limits(jobs, time_limit), report)
    measurer = task_axes(flow, raft_weights, panels or (), device, panel_flow)
    return _end(run_suite(request, studio, measurer, order, _progress()))


@cli.command()
@_choosing("Like self-forcing:long,rolling-forcing.", required=True)
@click.option("--gpu", metavar="NAME", help="GPU to plan for, like 'H100 SXM'.  [default: device's]")
@click.option("--json", "as_json", is_flag=True, help="For programs; the layout is in docs/doctor.md.")
@click.option("--out", type=FILE, required=True, help="Folder of the run; it need not be there.")
def plan(
    suite: str,
    methods: tuple[str, ...],
    settings: tuple[str, ...],
    seeds: tuple[int, ...],
    horizon: float,
    size: tuple[int, int] | None,
    fps: float | None,
    plugins: tuple[Path, ...],
    prompts: tuple[str, ...] | None,
    limit: int | None,
    gpu: str | None,
    as_json: bool,
    out: Path,
) -> int:
    """Tell what a run would take: clips, passes, hours, disk and memory, and what refuses it.

    Nothing is made and no weights are loaded.
    """
    from steadybench.outlook import gpus
    from steadybench.outlook.command import show
    from steadybench.outlook.driver import card_here
    from steadybench.outlook.outlook import check_names
    from steadybench.outlook.rows import Wish
    from steadybench.plan import Format
    from steadybench.run import choose_prompts, title_of
    from steadybench.studio import adapters

    named = gpus.find(gpu) if gpu else None
    studio = adapters(plugins)
    options.check_owners(methods, settings)
    check_names(methods, studio.files)
    chosen = choose_prompts(suite, prompts, limit)
    asked = [(spec, options.for_method(spec, settings)) for spec in methods]
    card = named or card_here(own for _, own in asked)
    wish = Wish(asked, chosen.prompts, seeds, Format(horizon, fps, size), out, card)
    return show(title_of(chosen, horizon), wish, studio, click.echo, as_json=as_json)


@cli.command()
@_choosing("Rows to be ready for, like self-forcing:long.", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs; the layout is in docs/doctor.md.")
@click.option("--out", type=FILE, help="Folder of a run: is there room for the plan?")
def doctor(
    suite: str,
    methods: tuple[str, ...] | None,
    settings: tuple[str, ...],
    seeds: tuple[int, ...],
    horizon: float,
    size: tuple[int, int] | None,
    fps: float | None,
    plugins: tuple[Path, ...],
    prompts: tuple[str, ...] | None,
    limit: int | None,
    as_json: bool,
    out: Path | None,
) -> int:
    """Look whether this machine is ready, and say how to put right what is not.

    Without --methods it looks at the installation and the tiny backbone. With --methods, and the options that
    a run of them would have, it looks at what these rows need. Nothing is downloaded or changed.
    """
    from steadybench.doctor.examine import examine, show
    from steadybench.doctor.finding import Asked
    from steadybench.doctor.packages import NEEDED, faults_of

    if not methods or faults_of(NEEDED):
        return show(examine(Asked(plugins, out=out)), click.echo, as_json=as_json)
    from steadybench.outlook.outlook import check_names
    from steadybench.outlook.rows import Wish
    from steadybench.plan import Format
    from steadybench.run import choose_prompts
    from steadybench.studio import adapters

    options.check_owners(methods, settings)
    check_names(methods, adapters(plugins).files)
    asked = tuple((spec, options.for_method(spec, settings)) for spec in methods)
    chosen = choose_prompts(suite, prompts, limit)
    wish = Wish(asked, chosen.prompts, seeds, Format(horizon, fps, size), out or Path())
    return show(examine(Asked(plugins, asked, out, wish)), click.echo, as_json=as_json)


@cli.command()
@click.option("--out", type=FILE, required=True, help="Folder for records and tables; made if missing.")
@click.option("--clips", type=FILE, help="Folder of real clips that are spoiled too.")
@click.option("--quick", is_flag=True, help="Six clips of 12 s instead of 24 of 20 s.")
@click.option(
    "--ladders", type=click.IntRange(min=0), help="Clips that get every severity.  [default: 2; quick: 1]"
)
@click.option(
    "--split", type=click.Choice(["report", "calibrate"]), default="report", show_default=True,
    help="Half of the seeds: the one that proves, or the one that thresholds may be chosen on.",
)  # fmt: skip
@click.option("--seeds", default="0-2", show_default=True, callback=options.seeds, help="Within that half.")
@click.option("--mask", type=click.Choice(["early", "truth"]), default="early", show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes.  [default: one a core]")
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), default=600.0, show_default=True,
    callback=options.finite, help="Seconds that one measurement may take.",
)  # fmt: skip
def validate(
    out: Path,
    clips: Path | None,
    quick: bool,
    ladders: int | None,
    split: Literal["report", "calibrate"],
    seeds: tuple[int, ...],
    mask: Literal["early", "truth"],
    jobs: int | None,
    time_limit: float,
) -> int:
    """Spoil clean clips in known ways and see what every metric makes of it.

    The same command again goes on where it stopped. Bars that are missed are told; they are no error.
    """
    from steadybench.execute import Limits
    from steadybench.validate import ValidateRequest
    from steadybench.validate import validate as run_validation
    from steadybench.validation.work import Suite

    limits = Limits(jobs or len(os.sched_getaffinity(0)), time_limit)
    request = ValidateRequest(out, clips, split, seeds, quick, ladders, mask, limits, _command())
    done = run_validation(request, Suite(), _progress())
    click.echo(done.page.resolve().as_uri())
    return done.exit_code


@cli.command()
@click.argument("folder", type=FILE)
@click.option("--published", is_flag=True, help="Show published values of all panels, measured here or not.")
def report(folder: Path, published: bool) -> int:
    """Build tables and report again from the records in FOLDER; measures nothing."""
    from steadybench.score import Order, rebuild

    return _end(rebuild(Order(folder, _command(), published=published), _progress()))


@cli.command()
@click.option("--out", type=FILE, help="Output folder.  [default: runs/demo or runs/demo-rendered]")
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes.  [default: one a core]")
@click.option("--rendered", is_flag=True, help="Rendered scenes that fail on purpose; needs no PyTorch.")
@click.option("--open", "show", is_flag=True, help="Open the leaderboard in a browser.")
def demo(out: Path | None, jobs: int | None, rendered: bool, show: bool) -> int:
    """Show the whole bench in a few minutes: eight methods on a small network, 4 scenes of 30 s each."""
    from steadybench.demo import METHODS, RENDERED, run_demo, show_page

    chosen = RENDERED if rendered else METHODS
    folder = out or Path("runs/demo-rendered" if rendered else "runs/demo")
    workers = jobs or len(os.sched_getaffinity(0))
    summary = run_demo(chosen, folder, workers, _command(), _progress())
    if show and summary.index is not None:
        show_page(summary.index, say)
    return _end(summary)


@cli.command()
@click.option("--card", metavar="NAME", help="Print a method's card: paper, rule, settings, traps.")
@click.option("--cards", metavar="DIR", type=FILE, help="Write all method cards and pictures into a folder.")
@_plugins
def methods(card: str | None, cards: Path | None, plugins: tuple[Path, ...]) -> None:
    """List the methods that can make clips, and their configurations; imports none of them."""
    if card is not None or cards is not None:
        from steadybench import method_cards

        if cards is not None:
            method_cards.write(cards)
        if card is not None:
            click.echo(method_cards.page(card), nl=False)
        return
    from generators.registry import available
    from steadybench.studio import adapters

    for method in available(adapters(plugins).files):
        click.echo(f"{method.name:<20} {method.source:<12} {', '.join(method.configurations)}")


@cli.command()
@click.option("--card", metavar="NAME", help="Print one metric's card: a measurement or one of its numbers.")
@click.option("--cards", metavar="DIR", type=FILE, help="Write the cards of all measurements into a folder.")
def metrics(card: str | None, cards: Path | None) -> None:
    """List every quantity: id, unit, which way is better, meaning. A star marks the headline numbers."""
    from steadybench import cards as shelf

    if cards is not None:
        shelf.write(cards)
    if card is not None:
        click.echo(shelf.page(card), nl=False)
    if card is not None or cards is not None:
        return
    from metrics.score import quantities

    for item in quantities():
        mark = "*" if item.headline else " "
        click.echo(f"{mark} {item.id:<34} {item.unit:<10} {item.better:<7} {item.meaning}")


@cli.group()
def weights() -> None:
    """Look after weights: of the networks that panels and --flow raft use, and published checkpoints."""


@weights.command("list")
def weights_list() -> int:
    """List all weights and checkpoints: size, licence, digest, sources, what needs them, and what is here."""
    from steadybench.weights import show

    return show(click.echo)


@weights.command("fetch")
@click.argument("names", nargs=-1)
def weights_fetch(names: tuple[str, ...]) -> int:
    """Download NAMES and check the digests; without names, all weights that panels miss.

    A published checkpoint, such as self-forcing, comes only by its name, for it has 6 to 17 GB; wan-base is
    what all checkpoints need besides, 12 GB. The same command again goes on where it stopped.
    STEADYBENCH_WEIGHTS names another folder for weights, STEADYBENCH_MODELS for checkpoints,
    STEADYBENCH_OFFLINE=1 forbids the network.
    """
    from steadybench.weights import get

    return get(names, _progress())


@weights.command("verify")
def weights_verify() -> int:
    """Read every file that is here and compare its digest."""
    from steadybench.weights import verify

    return verify(click.echo)


@weights.command("import")
@click.argument("folder", type=FILE)
def weights_import(folder: Path) -> int:
    """Find weights anywhere in FOLDER, under any name, and copy those whose digest is right."""
    from steadybench.weights import take

    return take(folder, click.echo)


@cli.group()
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


@cli.group()
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


@cli.group()
def adapter() -> None:
    """Look after adapters."""


@adapter.command("check")
@click.argument("spec")
@click.option("--option", "settings", multiple=True, metavar="KEY=VALUE", help="For the adapter.")
@click.option("--prompt", "prompt_id", help="Id of the prompt to ask for. [default: the suite's first]")
@click.option(
    "--suite", default="fixed_camera", show_default=True, help="Built-in prompt suite or YAML file."
)
@_picture("160x96")
@_plugins
@click.option(
    "--horizon", type=click.FloatRange(0, 60, min_open=True), default=2.0, show_default=True,
    callback=options.finite, help="Seconds of video asked for.",
)  # fmt: skip
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), default=900.0, show_default=True,
    callback=options.finite, help="Seconds that the whole check may take.",
)  # fmt: skip
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


def say(line: str) -> None:
    """Tell a line on standard error."""
    click.echo(line, err=True)


def _progress() -> Progress:
    from steadybench.progress import on_stream

    return on_stream(sys.stderr)


def _command() -> list[str]:
    return ["steadybench", *sys.argv[1:]]


def _end(summary: Summary) -> int:
    if summary.index is not None:
        click.echo(summary.index.resolve().as_uri())
    return summary.exit_code


def main() -> NoReturn:
    """Run the command line; errors end as one message and a documented exit code, never as a traceback."""
    signal.signal(signal.SIGTERM, _terminate)
    warnings.showwarning = _warn
    if os.environ.get("STEADYBENCH_OFFLINE") == "1":
        from metrics.weights.offline import enforce

        enforce()
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except SteadybenchError as error:
        say(f"Error: {error}")
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        say("Interrupted. What is done is kept; the same command goes on from there.")
        sys.exit(INTERRUPTED)


def _warn(message: Warning | str, category: type[Warning], *_where: object, **_how: object) -> None:
    """Tell a warning without the line of our code that raised it."""
    name = "" if issubclass(category, UserWarning) else f"{category.__name__}: "
    say(f"Warning: {name}{message}")


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted


if __name__ == "__main__":
    main()
