"""The command line: reads options and hands over. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from steadybench import __version__
from steadybench.errors import EXIT_CODES, INTERRUPTED, Interrupted, SteadybenchError

if TYPE_CHECKING:
    from steadybench.score import Summary

EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {meaning}" for code, meaning in EXIT_CODES)
FILE = click.Path(path_type=Path)


@click.group(
    epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="steadybench")
def cli() -> None:
    """Measure how long a video generator holds a fixed-camera shot of nature before it fails."""


@cli.command()
@click.argument("paths", nargs=-1, type=FILE)
@click.option(
    "--out", type=FILE, required=True, help="Folder for records, tables and report; made if missing."
)
@click.option(
    "--manifest", type=FILE, help="CSV that names method, prompt, seed, horizon and mask of each clip."
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Worker processes.")
@click.option(
    "--flow", type=click.Choice(["dis", "raft"]), default="dis", show_default=True, help="Optical flow."
)
@click.option("--raft-weights", type=FILE, help="RAFT weights file; otherwise torch hub is asked.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=3600.0,
    show_default=True,
    help="Seconds that one clip may take.",
)
@click.option("--report/--no-report", default=True, show_default=True, help="Build the report.")
def score(
    paths: tuple[Path, ...],
    out: Path,
    manifest: Path | None,
    jobs: int,
    flow: str,
    raft_weights: Path | None,
    time_limit: float,
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
    return _end(score_paths(paths, manifest, task_axes(flow, raft_weights), order, say))


@cli.command()
@click.argument("folder", type=FILE)
def report(folder: Path) -> int:
    """Build tables and report again from the records in FOLDER; measures nothing."""
    from steadybench.score import Order, rebuild

    return _end(rebuild(Order(folder, _command()), say))


@cli.command()
def metrics() -> None:
    """List every quantity: id, unit, which way is better, meaning."""
    from metrics.registry import quantities

    for item in quantities():
        mark = "*" if item.headline else " "
        click.echo(f"{mark} {item.id:<34} {item.unit:<10} {item.better:<7} {item.meaning}")


def say(line: str) -> None:
    """Tell progress on standard error."""
    click.echo(line, err=True)


def _command() -> list[str]:
    return ["steadybench", *sys.argv[1:]]


def _end(summary: Summary) -> int:
    if summary.index is not None:
        click.echo(summary.index.resolve().as_uri())
    return summary.exit_code


def main() -> NoReturn:
    """Run the command line; errors end as one message and a documented exit code, never as a traceback."""
    signal.signal(signal.SIGTERM, _terminate)
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


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted


if __name__ == "__main__":
    main()
