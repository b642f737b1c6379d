"""A run as it lies on disk, read without changing a byte of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench import reporting, runinfo, tables, wanted
from steadybench.errors import NothingFoundError
from steadybench.store import Store

if TYPE_CHECKING:
    from reports.model import ReportInput


class _Reader(Store):
    """Records that are only read: a damaged one counts as absent and stays where it is."""

    def _set_aside(self, path: Path, error: Exception) -> None:
        self._warn(f"The record {path} is damaged ({error}) and counts as absent.")


def load(folder: Path, warn: Callable[[str], None]) -> ReportInput:
    """Gather what the records of a run say; its tables and pages are neither read nor written.

    Raises:
        InputError: the folder holds no run that can be read.
        NothingFoundError: the run has no clips.
    """
    target = wanted.load(folder)
    if not target.entries:
        raise NothingFoundError(f"{folder} holds a run without clips, so there is nothing to compare.")
    store = _Reader(folder, warn)
    made = tables.build(target, store.load)
    return reporting.report_input(target, store, runinfo.load(folder), folder, tables.frames(made))
