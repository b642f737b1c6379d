"""Turn files and a manifest into wanted clips: who is who, which bytes, which mask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from steadybench import discover, labels, manifest
from steadybench.clips import file_sha256
from steadybench.discover import Found
from steadybench.entries import Entry
from steadybench.errors import NothingFoundError


@dataclass(frozen=True, slots=True)
class Collected:
    """Clips that were found, and what a reader must know about them."""

    entries: tuple[Entry, ...]
    notices: tuple[str, ...]


def collect(paths: Sequence[Path], manifest_file: Path | None, out: Path) -> Collected:
    """Find and name clips and digest their bytes.

    Args:
        paths: files and folders; with a manifest they may be empty, then the manifest's clips are taken.
        manifest_file: CSV that names methods and prompts, or None.
        out: output folder, left out of the scan.

    Raises:
        InputError: a path, the manifest or a mask is wrong.
        NothingFoundError: no clip was found.
    """
    folders = [path for path in paths if path.is_dir()]
    rows = {row.path: row for row in manifest.read(manifest_file, folders)} if manifest_file else {}
    scan = discover.scan(paths or sorted(rows), out)
    if not scan.found:
        raise NothingFoundError(_nothing(paths, scan.skipped))
    names = discover.clip_names(scan.found)
    named = [
        _entry(name, found, rows.get(_resolved(found))) for name, found in zip(names, scan.found, strict=True)
    ]
    entries, duplicates = mark_duplicates(named)
    return Collected(tuple(entries), (*_skips(scan.skipped), *_strays(scan.found, rows), *duplicates))


def _resolved(found: Found) -> Path:
    return found.path if found.problem else found.path.resolve()


def _nothing(paths: Sequence[Path], skipped: Sequence[str]) -> str:
    where = ", ".join(str(path) for path in paths) or "the manifest"
    there = f" It holds only {_some(skipped)}." if skipped else ""
    return f"No clip found in {where}.{there} Name a video file, or a folder that holds some."


def _some(names: Sequence[str], shown: int = 6) -> str:
    listed = ", ".join(names[:shown])
    return listed if len(names) <= shown else f"{listed} and {len(names) - shown} more"


def _skips(skipped: Sequence[str]) -> list[str]:
    return [f"Left out as no video: {_some(skipped)}."] if skipped else []


def _strays(found: Sequence[Found], rows: dict[Path, manifest.Row]) -> list[str]:
    if not rows:
        return []
    there = {_resolved(item) for item in found}
    unnamed = [item.relative for item in found if _resolved(item) not in rows]
    elsewhere = [path.name for path in rows if path not in there]
    notices = []
    if unnamed:
        notices.append(f"Not in the manifest, so without method and prompt: {_some(unnamed)}.")
    if elsewhere:
        notices.append(f"In the manifest but outside the given paths, so not scored: {_some(elsewhere)}.")
    return notices


def _entry(name: str, found: Found, row: manifest.Row | None) -> Entry:
    entry = Entry(clip=name, path=str(found.path), problem=found.problem)
    if row is not None:
        entry = replace(
            entry,
            method=row.method,
            backbone=row.backbone,
            configuration=row.configuration,
            weights_digest=row.weights_digest,
            revision=row.revision,
            prompt_id=row.prompt_id,
            prompt=row.prompt,
            seed=row.seed,
            horizon_s=row.horizon_s,
            fixed_camera=row.fixed_camera,
            notes=_camera_note(row.fixed_camera),
        )
        if row.mask is not None:
            digest = labels.digest(labels.read(row.mask))
            entry = replace(entry, mask=str(row.mask), mask_source="annotated", mask_sha256=digest)
    return entry if entry.problem else digested(entry, found.path)


def _camera_note(fixed: bool | None) -> tuple[str, ...]:
    return ("The manifest says that this camera is not fixed.",) if fixed is False else ()


def digested(entry: Entry, file: Path) -> Entry:
    """Add the digest of a file's bytes, or why they cannot be read."""
    try:
        return replace(entry, clip_sha256=file_sha256(file))
    except OSError as error:
        return replace(
            entry, problem=f"the file cannot be read ({error.strerror}); allow reading or leave it out"
        )


def mark_duplicates(entries: Sequence[Entry]) -> tuple[list[Entry], list[str]]:
    """Note on every clip which others hold the same bytes.

    Clips that hold the same bytes but carry different masks get a problem instead of numbers, since a
    curve is found by its clip's bytes; all others are unaffected.
    """
    same: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.clip_sha256:
            same[entry.clip_sha256].append(entry)
    marked, notices = [], []
    for entry in entries:
        twins = same.get(entry.clip_sha256, [])
        if len({twin.mask_sha256 for twin in twins}) > 1:
            reason = f"{_names(twins)} hold the same bytes but carry different masks; give them the same mask"
            entry = replace(entry, problem=entry.problem or reason)
        elif len(twins) > 1:
            sentence = (
                f"Same bytes under several names, measured once: {_names(twins)}."
            )
            notices.append(sentence)
            entry = replace(entry, notes=(*entry.notes, sentence))
        marked.append(entry)
    return marked, list(dict.fromkeys(notices))


def _names(entries: Sequence[Entry]) -> str:
    return ", ".join(sorted(entry.clip for entry in entries))
