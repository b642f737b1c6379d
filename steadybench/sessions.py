"""End everything that a worker started, also what runs in a process group of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_ROUNDS = 20


def kill_session(session: int, spare: Collection[int] = ()) -> None:
    """Kill all processes of a session, in rounds, since one that is being ended may still start others.

    Args:
        session: process id of the session's leader, which need not live any more.
        spare: processes to leave alone.
    """
    for _ in range(_ROUNDS):
        found = [pid for pid in _members(session) if pid not in spare]
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _members(session: int) -> list[int]:
    """Living processes of a session, by the kernel's process table."""
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit() and _belongs(entry, session)]


def _belongs(entry: Path, session: int) -> bool:
    try:
        # proc(5): the name, in brackets, may hold anything; then state, parent, process group, session.
        state, _parent, _group, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
    except (OSError, ValueError):
        return False
    return int(its_session) == session and state not in "ZX"
