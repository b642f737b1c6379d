"""Run somebody else's program: no shell, a time limit for the whole family of processes, its words kept."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

STDOUT_FILE, STDERR_FILE = "stdout.log", "stderr.log"
_TERM_GRACE_S = 2.0
_TAIL = 1500


class PastTimeLimit(Exception):  # noqa: N818
    """The program ran longer than it may and was stopped, with every process of its group."""


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], logs: Path, time_limit_s: float
) -> int:
    """Run a command to its end; whatever is left of its process group is stopped then.

    Args:
        command: program and arguments.
        folder: where it runs.
        environment: all the variables that it sees.
        logs: folder that takes ``stdout.log`` and ``stderr.log``.
        time_limit_s: seconds after which the program and its children are stopped.

    Returns:
        Its exit status, negative where a signal ended it.

    Raises:
        OSError: it cannot be started.
        PastTimeLimit: it ran too long.
    """
    with (logs / STDOUT_FILE).open("wb") as out, (logs / STDERR_FILE).open("wb") as err:
        process = subprocess.Popen(  # noqa: S603
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            process_group=0,  # a group to end as one, in a session that the caller can end
        )
        try:
            return process.wait(time_limit_s)
        except subprocess.TimeoutExpired:
            raise PastTimeLimit from None
        finally:
            _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Stop whatever is left of the program's process group: politely, then for good."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_TERM_GRACE_S)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(file: Path, count: int = _TAIL) -> str:
    """The last bytes of a log as text, without blanks around; empty where there is none."""
    with contextlib.suppress(OSError), file.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - count))
        return stream.read().decode("utf-8", "replace").strip()
    return ""


def last_words(logs: Path) -> str:
    """What a program wrote to stderr at last, as the end of a sentence."""
    text = tail(logs / STDERR_FILE)
    return f"; its last words: {text}" if text else "; it wrote nothing to stderr"
