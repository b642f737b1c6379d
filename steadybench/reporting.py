"""Hand tables, clips and limits to the statistics and the report."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from metrics.types import Json
from reports.modes import AS_THEY_ARE, Mode
from steadybench import exporting, report_cards, stills
from steadybench.clips import ClipNote, ClipStore
from steadybench.entries import Entry
from steadybench.errors import cannot_write, is_storage_fault
from steadybench.execute import Limits
from steadybench.exporting import NOTHING, Exports
from steadybench.progress import Progress
from steadybench.repeat import command
from steadybench.store import Store
from steadybench.wanted import Wanted

if TYPE_CHECKING:
    import pandas as pd

    from reports.model import ClipEntry, ReportInput

_BARRED = (PermissionError, NotADirectoryError, IsADirectoryError, FileExistsError)
"""What is in the way of writing, besides a full disk."""
_ALONE = Limits()


def build(wanted: Wanted, store: Store, run: Mapping[str, Json], out: Path, say: Progress, *, pages: bool,
          published: bool = False, pairs: Sequence[str] = (), limits: Limits = _ALONE,
          mode: Mode = AS_THEY_ARE, exports: Exports = NOTHING) -> Path | None:
    """Write steady seconds and comparisons into ``out`` and build the report below ``out/report``.

    Both follow from the tables that lie in ``out``. Where methods cannot be ranked together, says which field
    differs. ``pairs`` are rules for the pairs of clips that get overlays, empty for those chosen last.
    Overlays are drawn and stills made under ``limits``; ``mode`` is how clips come along, ``exports`` what is
    wanted beside the pages.

    Returns:
        Path of ``index.html``, None without ``pages``.

    Raises:
        InputError: a rule for pairs names nothing that is there.
        StorageError: the disk does not take them.
    """
    from reports import steady_tables
    from reports.build import build as build_pages
    from steadybench.overlays.build import with_overlays

    try:
        data = replace(report_input(wanted, store, run, out, read_tables(out)), published=published)
        found = steady_tables.write(data, out)
        for refusal in found.refusals:
            say(refusal)
        exporting.write(data, found, out, exports, say)
        if not pages:
            return None
        data = with_overlays(data, wanted, out, pairs, limits, say)
        clips = len({_page(entry) for entry in wanted.entries})
        with say.stage("Building the report", clips, clips) as stage:
            index = build_pages(data, out / "report", stage.done, found, mode, stills.spread(limits))
    except OSError as error:
        if is_storage_fault(error) or isinstance(error, _BARRED):
            raise cannot_write(out / "report", error) from error
        raise
    if mode.single_file:
        say(f"All of it but the clips in one file: {out / 'report.html'}")
    return index


def _page(entry: Entry) -> tuple[object, ...]:
    """What has a page of its own: each file once for each row of the leaderboard."""
    row = entry.method, entry.configuration, entry.backbone, entry.weights_digest, entry.revision
    return (*row, entry.clip_sha256 or (entry.clip, entry.prompt_id, entry.seed))


def read_tables(out: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the results and the curves that lie in ``out``.

    Raises:
        OSError: a table cannot be read.
    """
    import pandas as pd

    results, curves = (pd.read_parquet(io.BytesIO((out / f"{name}.parquet").read_bytes()))
                       for name in ("results", "curves"))
    return results, curves


def report_input(wanted: Wanted, store: Store, run: Mapping[str, Json], out: Path,
                 tables: tuple[pd.DataFrame, pd.DataFrame]) -> ReportInput:
    """Gather what a report shows from results, curves, and the records and clips below ``out``."""
    from metrics.cards import range_text
    from reports.model import QuantityCard, ReportInput

    return ReportInput(
        title=wanted.title,
        results=tables[0],
        curves=tables[1],
        clips=tuple(_clip(wanted, entry, store, run, out) for entry in wanted.entries),
        quantities=tuple(
            QuantityCard(item.id, item.unit, item.better, item.meaning, item.headline, item.curve,
                         range_text(item.range) if item.range else "", item.valid_when)
            for item in wanted.quantities
        ),
        run=run,
        limits=wanted.limits,
        metric_cards=report_cards.of_metrics(wanted),
        method_cards=report_cards.of_methods(entry.method for entry in wanted.entries),
    )


def _clip(wanted: Wanted, entry: Entry, store: Store, run: Mapping[str, Json], out: Path) -> ClipEntry:
    from reports.model import ClipEntry

    keys = wanted.keys(entry)
    stored = {name: record for name, key in keys.items() if (record := store.load(key))}
    records = stored.values()
    note = _note(entry, out)
    facts = next((dict(record.facts) for record in records if record.facts), {})
    found = [note for record in records for note in record.notes]
    problems = [entry.problem, *(record.failure for record in records)]
    notes = dict.fromkeys([*entry.notes, *found, *(problem for problem in problems if problem)])
    return ClipEntry(
        clip=entry.clip,
        clip_sha256=entry.clip_sha256,
        method=entry.method,
        backbone=entry.backbone,
        configuration=entry.configuration,
        prompt_id=entry.prompt_id,
        prompt=entry.prompt,
        seed=entry.seed,
        horizon_s=entry.horizon_s,
        fixed_camera=entry.fixed_camera,
        weights_digest=entry.weights_digest,
        revision=entry.revision,
        path=(out / entry.path).resolve(),
        notes=tuple(notes),
        facts=facts,
        made_s=note.made_s if note else None,
        device=note.device if note else "",
        settings=settings(note) if note else {},
        command=command(entry, run),
        records={name: store.path(keys[name]) for name in stored},
    )


def _note(entry: Entry, out: Path) -> ClipNote | None:
    """What is known of how a clip was made; None for a file that was given, or replaced since."""
    path = Path(entry.path)
    if path.parent != Path("clips") or not entry.clip_sha256:
        return None
    note = ClipStore(out).note(path.stem)
    return note if note and note.clip_sha256 == entry.clip_sha256 else None


def settings(note: ClipNote) -> dict[str, str]:
    """Say in words what a clip was made from, beyond what its row in the tables says."""
    made = note.made_from
    generator, job, options = (_mapping(made.get(name)) for name in ("generator", "job", "options"))
    told = {
        "adapter version": _text(generator.get("adapter_version")),
        "options": ", ".join(f"{key}={_text(value)}" for key, value in sorted(options.items())),
        "format": f"{_text(job.get('width'))}x{_text(job.get('height'))} at {_text(job.get('fps'))} fps",
        "licence": _text(generator.get("licence")),
        "SHA-256 of the plug-in": _text(made.get("file_sha256")),
        "encoder version": _text(made.get("encoder")),
    }
    return {name: text for name, text in told.items() if text}


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _text(value: Json) -> str:
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)
