"""Where an export may lie, and what may lie there already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from steadybench import runinfo
from steadybench.atomic import TEMPORARY
from steadybench.errors import InputError

_OWN = re.compile(r"clips/\.?[0-9a-f]{16}\.mp4|sessions/[0-9a-f]{16}\.js|clips|sessions|study\.js")


def check(study: Path, export: Path, key: Path, sources: Sequence[Path]) -> None:
    """Refuse places from which the key, the study or a run would reach raters.

    Links are followed: what counts is where things really lie.

    Args:
        study: folder of the plan.
        export: folder for raters.
        key: file of the key.
        sources: clips of the runs.

    Raises:
        InputError: names everything that is wrong.
    """
    faults = list(_faults(study.resolve(), export.resolve(), key, sources))
    if faults:
        raise InputError(" ".join(faults))


def _faults(study: Path, export: Path, key: Path, sources: Sequence[Path]) -> Iterator[str]:
    if any(_within(place, export) for place in (key.absolute(), key.resolve())):
        yield (f"The key {key} lies in {export}, the folder for raters; it says which method made which "
               "clip. Move it elsewhere and name it with --key FILE.")
    if _within(study, export) or _within(export, study):
        yield f"{export} and the study {study} must not contain each other: the study holds right answers."
    for home in sorted({_home(path.resolve()) for path in sources}):
        if _within(home, export) or (home.is_dir() and _within(export, home)):
            yield f"{export} and {home}, where clips come from, must not contain each other."


def _home(clip: Path) -> Path:
    """The run that a clip lies in, else the clip itself."""
    return next((folder for folder in clip.parents[:2] if (folder / runinfo.FILE).is_file()), clip)


def _within(inner: Path, outer: Path) -> bool:
    return inner == outer or outer in inner.parents


def check_contents(export: Path, page: Sequence[str]) -> None:
    """Refuse to write among files that no export has made.

    Args:
        export: folder for raters, which need not exist.
        page: names of the page's own files.

    Raises:
        InputError: names some of what lies there.
    """
    if export.exists() and not export.is_dir():
        raise InputError(f"--out {export} is not a folder. Name a new folder, or that of an earlier export.")
    strange = [name for name in _names(export) if not _is_own(name, page)]
    if strange:
        raise InputError(f"{export} holds what no export makes: {', '.join(strange[:5])}. Name a new "
                         "folder, or that of an earlier export; what lies beside the clips would reach "
                         "raters.")


def prune(export: Path, keep: frozenset[str]) -> None:
    """Delete what belongs to no file in ``keep``, names relative to the export; only what exports make."""
    for name in _names(export):
        path = export / name
        if name not in keep and (path.is_symlink() or not path.is_dir()):
            path.unlink()


def _names(export: Path) -> Iterator[str]:
    for path in sorted(export.rglob("*")) if export.is_dir() else ():
        yield path.relative_to(export).as_posix()


def _is_own(name: str, page: Sequence[str]) -> bool:
    return name in page or bool(_OWN.fullmatch(name)) or name.endswith(TEMPORARY)
