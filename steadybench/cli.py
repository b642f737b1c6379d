"""The command line: gathers the commands, and ends every error as one message and a documented exit code."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from types import FrameType
from typing import NoReturn

import click

from steadybench import __version__
from steadybench.commands.adapter import adapter, new
from steadybench.commands.compare import check, compare
from steadybench.commands.lists import methods, metrics
from steadybench.commands.outlook import doctor, plan
from steadybench.commands.prompts import prompts
from steadybench.commands.run import demo, run
from steadybench.commands.score import report, score
from steadybench.commands.study import study
from steadybench.commands.talk import say
from steadybench.commands.validate import validate
from steadybench.commands.weights import weights
from steadybench.errors import EXIT_CODES, INTERRUPTED, Interrupted, SteadybenchError

COMMANDS: tuple[click.Command, ...] = (
    score, run, plan, doctor, validate, report, compare, check, study, demo, methods, metrics, weights,
    prompts, new, adapter,
)  # fmt: skip
EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {meaning}" for code, meaning in EXIT_CODES)


@click.group(
    epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="steadybench")
def cli() -> None:
    """Measure how long a video generator holds a fixed-camera shot of nature before it fails."""


for _command in COMMANDS:
    cli.add_command(_command)


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
