"""``export.json`` in the study's folder: what raters see, file by file, without a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steadybench import __version__, atomic
from steadybench.clips import file_sha256
from steadybench.study import codec, planfile
from steadybench.study.exporting import settings
from steadybench.study.exporting.flashing import MOST
from steadybench.study.exporting.marks import Mark
from steadybench.study.exporting.order import Made
from steadybench.study.model import Plan

FILE = "export.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the export."""

    sha256: str
    bytes: int
    frames: int
    """0 for what is no clip."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported."""

    files: Mapping[str, Written]
    """By name in the export, sorted."""
    made: Mapping[str, Made]
    """By token."""
    marks: Sequence[Mark]
    qp: int
    receiver: str


def listed(export: Path, made: Mapping[str, Made]) -> dict[str, Written]:
    """Every file that lies in an export, sorted by name."""
    frames = {settings.file_name(token): one.frames for token, one in made.items()}
    found = {}
    for path in sorted(path for path in export.rglob("*") if path.is_file()):
        name = path.relative_to(export).as_posix()
        found[name] = Written(file_sha256(path), path.stat().st_size, frames.get(name, 0))
    return found


def save(study: Path, plan: Plan, export: Export) -> Path:
    """Write ``export.json``: the same export gives the same bytes.

    Raises:
        StorageError: it cannot be written.
    """
    path = study / FILE
    atomic.write_text(path, codec.dumps(_body(plan, export)))
    return path


def flashing(made: Mapping[str, Made]) -> dict[str, float]:
    """Most flashes in any second, of the files that have more than is allowed, by token."""
    return {token: one.flashes for token, one in made.items() if one.flashes > MOST}


def notes(plan: Plan, export: Export) -> Iterator[str]:
    """What remains to be said of an export, one sentence each, systems and clips by token."""
    yield from plan.unblinded
    for token, count in flashing(export.made).items():
        yield f"Clip {token} flashes {count:g} times in a second, more than {MOST}; allowed on purpose."
    for mark in export.marks:
        yield (f"System {mark.system} shows the same at one place whatever the prompt ({mark.place}), as a "
               "logo, a caption or a border does: look at its clips.")


def _body(plan: Plan, export: Export) -> dict[str, Any]:
    from reports.rating import bundle

    return {
        "schema": SCHEMA, "study_digest": planfile.digest(plan), "version": __version__,
        "settings": {
            "encoder": settings.VERSION, "codec": settings.CODEC, "qp": export.qp,
            "pixel_format": settings.PIXEL_FORMAT, "canvas": plan.canvas, "rate": plan.rate,
            "receiver": export.receiver, "page_version": bundle.version(),
        },
        "files": export.files, "flashing": flashing(export.made), "marks": tuple(export.marks),
        "notes": tuple(notes(plan, export)),
    }  # fmt: skip
