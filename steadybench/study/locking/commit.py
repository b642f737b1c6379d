"""From a planned and exported study to its lock, and back: does everything still fit?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from steadybench import __version__
from steadybench.clips import file_sha256
from steadybench.errors import InputError
from steadybench.study import key as keys
from steadybench.study import planfile
from steadybench.study.locking import exported, stopping
from steadybench.study.locking.model import Lock, Terms
from steadybench.study.model import Plan


def make(folder: Path, plan: Plan, key: Path, terms: Terms, at: datetime) -> Lock:
    """Gather what a lock fixes.

    Args:
        folder: of the study, exported.
        plan: of the study.
        key: its key file; only its digest is taken.
        terms: of the people who run the study; raters and the end of collection have defaults.
        at: time of the lock, UTC.

    Raises:
        InputError: the study was not exported, the key is missing or not this study's, or collection could
            never end as told.
    """
    own = keys.load(key)
    if strange := sorted(set(plan.systems) - own.systems.keys()):
        raise InputError(f"{key} is not the key of this study: it has no system {', '.join(strange)}.")
    shown = exported.load(folder)
    if shown.study != planfile.digest(plan):
        raise InputError(f"{folder} was exported from another plan than lies there now. Run 'study export' "
                         "again.")
    stop = stopping.filled(terms.stop, len(plan.sessions), at)
    filled = replace(terms, raters=terms.raters or stop.sessions, stop=stop)
    return Lock(__version__, told(at), planfile.digest(plan), key_digest(key), shown.files,
                shown.page_version, plan.settings, plan.questions, filled)


def told(at: datetime) -> str:
    """Write a UTC time as locks do."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def key_digest(path: Path) -> str:
    """SHA-256 of a key file. The secret within keeps anybody from guessing names from it.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        return file_sha256(path)
    except OSError as error:
        raise keys.unreadable(path, error) from None


def faults(lock: Lock, plan: Plan, key: Path | None) -> Iterator[str]:
    """Say in a sentence each whether plan or key are others than were locked.

    Args:
        lock: of the study.
        plan: as it lies in the study's folder.
        key: its key file; not looked at where None.
    """
    if planfile.digest(plan) != lock.plan:
        yield (f"The plan is another one than was locked: expected SHA-256 {lock.plan}, got "
               f"{planfile.digest(plan)}.")
    if key is not None and key_digest(key) != lock.key:
        yield f"The key {key.name} is another one than was locked, so its names cannot be trusted."


def export_faults(lock: Lock, folder: Path, export: Path | None = None) -> Iterator[str]:
    """Say whether raters see other files than were locked.

    Args:
        lock: of the study.
        folder: of the study.
        export: the folder for raters; where None, only what ``export.json`` says of it is looked at.
    """
    try:
        record = exported.load(folder)
        found = record.files if export is None else exported.on_disk(export)
    except InputError as error:
        yield f"What raters saw cannot be checked: {error}"
        return
    if record.page_version != lock.page_version:
        yield (f"The record of the export tells of another rating page than was locked: expected version "
               f"{lock.page_version}, got {record.page_version}.")
    if other := exported.differing(lock.export, found):
        more = f" and {len(other) - 3} more" if len(other) > 3 else ""
        yield (f"The export is another one than was locked: {len(other)} of {len(lock.export)} files differ "
               f"({', '.join(other[:3])}{more}).")
