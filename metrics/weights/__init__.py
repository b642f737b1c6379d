"""Trained weights: one table of files, one function that opens them.

Nothing is downloaded here. ``steadybench weights fetch`` and ``import`` fill the folder; a measurement asks
:func:`path_of` or :func:`locate` and abstains with the reason where a file is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from metrics.errors import WeightsMissingError
from metrics.weights import store, table


def entry(name: str) -> table.Entry:
    """The table's entry called ``name``.

    Raises:
        KeyError: there is none; the message lists what there is.
    """
    return table.entry(name)


def path_of(name: str) -> Path:
    """The file of an entry, whose SHA-256 is the published or recorded one.

    Raises:
        WeightsMissingError: it is not here, or not the right file.
        KeyError: the table has no such entry.
    """
    found = store.find(table.entry(name))
    if found.condition != "good":
        raise missing(found)
    return found.path


def digest_of(name: str) -> str:
    """SHA-256 of the file that :func:`path_of` returns, for identities: 64 hexadecimal digits.

    Raises:
        WeightsMissingError: as :func:`path_of`.
        KeyError: the table has no such entry.
    """
    return store.digest_of_file(path_of(name))


def locate(names: Iterable[str]) -> tuple[dict[str, Path], dict[str, WeightsMissingError]]:
    """Open several entries and report everything that is missing at once.

    Args:
        names: entries of the table.

    Returns:
        The verified files, and the faults of the others, both by name.

    Raises:
        KeyError: the table has no such entry.
    """
    paths: dict[str, Path] = {}
    faults: dict[str, WeightsMissingError] = {}
    for name in names:
        try:
            paths[name] = path_of(name)
        except WeightsMissingError as fault:
            faults[name] = fault
    return paths, faults


def missing(found: store.Found) -> WeightsMissingError:
    """The error for an entry that cannot be opened, with what to do about it."""
    row = found.entry
    reason = f"{found.fault} ({row.told_digest}, {row.told_size})"
    bring = f"steadybench weights import FOLDER, with {row.file} somewhere in FOLDER"
    if store.is_offline():
        return WeightsMissingError(
            row.name, f"{reason}, and STEADYBENCH_OFFLINE=1 forbids the network", f"run: {bring}"
        )
    return WeightsMissingError(row.name, reason, f"run: steadybench weights fetch {row.name}, or {bring}")
