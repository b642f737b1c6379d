"""Folders that are written to, the disks that they lie on, and whether the network may be used."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generators.wan import files
from generators.wan.digests import models_folder
from metrics.weights import store
from steadybench.doctor.finding import Asked, Finding
from steadybench.outlook import fetch, words
from steadybench.outlook.disk import free_bytes
from steadybench.outlook.outlook import look_ahead


def check(asked: Asked) -> Iterator[Finding]:
    """Write access and room."""
    needs_models = any(fetch.wanted(spec, options) for spec, options in asked.methods)
    if asked.out:
        yield writable("output folder", asked.out, needed=True)
        yield _room(asked)
    to_fetch = bool(fetch.missing(asked.methods))  # where all is here, the folder need not be written to
    yield writable("models folder", models_folder(), needed=to_fetch)
    if needs_models:
        yield _room_for_models(asked)
    yield writable("weights folder", store.folder(), needed=False)
    yield _network()


def writable(subject: str, folder: Path, *, needed: bool) -> Finding:
    """Whether files can be made in a folder or, where it is still to come, in the one that will hold it."""
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    fix = f"give yourself write access to {there}, or choose another folder"
    try:
        if not there.is_dir():
            raise NotADirectoryError(20, f"{there} is no folder")
        with tempfile.TemporaryFile(dir=there):  # os.access() says yes to root, also on a read-only disk
            pass
    except OSError as error:
        told = f"{folder}: {error.strerror or error}"
        return Finding("fault" if needed else "warning", subject, told, fix)
    to_come = "" if there == folder.absolute() else ", made when it is needed"
    return Finding("ok", subject, f"{folder}{to_come}; {words.size(free_bytes(there))} free")


def _room(asked: Asked) -> Finding:
    """The disk of the output folder against the plan."""
    subject = "disk for the plan"
    if asked.wish is None:
        return Finding("skipped", subject, "no methods were named, so nothing is planned")
    plan = look_ahead("", asked.wish, asked.studio)
    need, free = plan.disk, plan.free
    told = f"{words.span(need)} for {words.many(plan.to_make, 'clip')}"
    if free is None:
        return Finding("warning", subject, f"{told}; the disk does not tell how much is free")
    told = f"{told}, and {words.size(plan.in_work)} a worker; {words.size(free)} free"
    if need.least > free:
        return Finding("fault", subject, told, "free some space, or choose a folder on another disk")
    if need.most + plan.in_work > free:
        return Finding("warning", subject, told, "make one clip: then the plan tells what each takes")
    return Finding("ok", subject, told)


def _room_for_models(asked: Asked) -> Finding:
    missing = fetch.missing(asked.methods)
    need, free = sum(file.size or 0 for file in missing), free_bytes(models_folder())
    told = f"{words.size(need)} to fetch, {words.size(free)} free"
    if not missing:
        return Finding("ok", "disk for models", "nothing is left to fetch")
    if need > free:
        fix = "set STEADYBENCH_MODELS to a folder on a larger disk"
        return Finding("fault", "disk for models", told, fix)
    return Finding("ok", "disk for models", told)


def _network() -> Finding:
    names = [name for name in files.OFFLINE_VARIABLES if os.environ.get(name)]
    if store.is_offline() or files.is_offline():
        told = f"forbidden by {' and '.join(names)}: nothing is downloaded"
        return Finding("ok", "network", told)
    return Finding("ok", "network", "allowed; STEADYBENCH_OFFLINE=1 forbids it")
