"""Writes the report: a folder of plain files that opens by double click."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from reports import records
from reports.checks import check
from reports.index import page as index_page
from reports.leaf import method, metric
from reports.media import Spread, one_by_one
from reports.model import ReportInput
from reports.modes import AS_THEY_ARE, Mode
from reports.pair import page as pair
from reports.picks import page as picks
from reports.scene import page as prompts
from reports.single import write as single
from reports.site.site import site_of
from reports.standings import Standings
from reports.writer import Writer

_MEDIA = re.compile(r"[0-9a-f]{12}(\.\w+)?\.(json|jpg|png|mp4)")


def build(data: ReportInput, out: Path, told: Callable[[], None] = lambda: None,
          given: Standings | None = None, mode: Mode = AS_THEY_ARE, spread: Spread = one_by_one) -> Path:
    """Write the pages, assets and media of a report into ``out``; return its ``index.html``.

    The pages follow from ``data`` alone and come out the same to the byte. Media of an earlier build are
    reused, pages and media of clips that are gone are removed. Raises ``ValueError`` that lists what is
    wrong with the input, ``OSError`` where a file cannot be written. A clip that is missing or cannot be
    decoded is shown without player. ``told`` is called whenever a clip's media are ready. ``given`` are the
    standings of ``data``, to save working them out again. ``mode`` is how clips come along, and whether
    ``report.html`` is written beside ``out``; ``spread`` may work on several clips at once, which changes no
    byte.
    """
    check(data)
    site = site_of(data, out, told, given, mode, spread)
    write = Writer(out)
    write.assets()
    prompts.write(site, write)
    records.write(site, write)
    method.write(site, write)
    metric.write(site, write)
    picks.write(site, write)
    pair.write(site, write)
    index = index_page.write(site, write)
    if mode.single_file:
        single.write(site, write)
    write.prune()
    _prune_media(out / "clips", {clip.shot.key for clip in site.clips})
    return index


def _prune_media(folder: Path, keys: set[str]) -> None:
    """Remove media of clips that no longer belong to the report, and nothing else."""
    for path in sorted(folder.glob("*")):
        if _MEDIA.fullmatch(path.name) and path.name[:12] not in keys:
            path.unlink()
