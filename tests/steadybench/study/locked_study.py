"""A study on disk, planned and exported, without a clip: what `lock` and what follows need."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

from click.testing import CliRunner, Result

from steadybench.cli import cli
from steadybench.errors import SteadybenchError
from steadybench.study import key as keys
from steadybench.study import planfile
from steadybench.study.key import Key
from steadybench.study.locking import command
from steadybench.study.model import Plan
from tests.steadybench.study.sat_study import digits

LOCKED = "2025-03-01T08:00:00Z"
PAGE = digits("page", length=16)
"""Version of the page of all that is sat here."""


def call(*arguments: object) -> Result:
    """The command line as a user calls it."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], standalone_mode=False)


def code(result: Result) -> int:
    """Exit code as the program would end with it."""
    if isinstance(result.exception, SteadybenchError):
        return result.exception.exit_code
    assert result.exception is None or hasattr(result.exception, "exit_code"), result.exception
    return int(getattr(result.exception, "exit_code", result.return_value or 0))


def told(result: Result) -> str:
    """All that a user reads, without line breaks."""
    return " ".join(f"{result.output} {result.exception or ''}".split())


def write_study(folder: Path, made: tuple[Plan, Key], files: Mapping[str, bytes] | None = None,
                notes: Sequence[str] = ()) -> Path:
    """Plan, key and a record of the export, as `study plan` and `study export` leave them."""
    plan, key = made
    folder.mkdir(parents=True)
    planfile.save(plan, folder)
    keys.save(key, folder / keys.FILE)
    shown = files or {f"clips/{one.token}.mp4": one.token.encode() for one in plan.stimuli}
    listed = {name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
              for name, data in shown.items()}
    body = {"files": listed, "study_digest": planfile.digest(plan), "notes": list(notes),
            "settings": {"page_version": PAGE}}
    (folder / "export.json").write_text(json.dumps(body))
    return folder


def lock_then(folder: Path, *options: object) -> Result:
    """`study lock` as if it were ``LOCKED``: users cannot choose the time."""
    real = command.lock

    def lock(*given: Any, now: datetime) -> str:
        return real(*given, now=datetime.fromisoformat(LOCKED))

    with mock.patch.object(command, "lock", lock):
        return call("study", "lock", folder, *options)


def locked(folder: Path, *options: object, planned: Sequence[str] = ()) -> Path:
    """The same, locked."""
    pairs = [word for text in planned for word in ("--planned", text)]
    result = lock_then(folder, *pairs, *options)
    assert code(result) == 0, told(result)
    return folder
