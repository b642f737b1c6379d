"""What a reader must know about the clips of a run beside their numbers."""

from __future__ import annotations

from collections.abc import Sequence

from generators.contract import Job
from metrics.types import Json
from reports.text import listing
from steadybench.entries import Entry
from steadybench.plan import PlannedClip

REWRITTEN = "The model read another text than the prompt"
"""Begins the note of each such clip."""


def rewritten(planned: Sequence[PlannedClip], entries: Sequence[Entry]) -> list[str]:
    """Name the methods that read other texts than the prompts."""
    names = dict.fromkeys(
        item.method.name
        for item, entry in zip(planned, entries, strict=True)
        if any(note.startswith(REWRITTEN) for note in entry.notes)
    )
    if not names:
        return []
    every = {item.method.name for item in planned}
    who = "All methods" if len(names) == len(every) > 1 else listing(list(names), 8)
    return [f"{who} read other texts than the prompts; each clip's page shows them."]


def formats(planned: Sequence[PlannedClip]) -> list[str]:
    """Say so where methods made pictures of different size or rate, since their numbers then differ too."""
    made: dict[str, dict[str, None]] = {}
    for item in planned:
        if item.method.info.prompts_matter:  # clips that existed before keep their own format
            made.setdefault(_text(item.job), {})[item.method.name] = None
    if len(made) < 2:
        return []
    told = "; ".join(f"{shape} by {listing(list(names), 8)}" for shape, names in made.items())
    first = f"The methods made pictures of different formats: {told}."
    return [f"{first} Their numbers are not strictly alike; --size and --fps give one to all that can."]


def described(planned: Sequence[PlannedClip]) -> dict[str, Json]:
    """What ``run.json`` keeps of each method, by its name."""
    found: dict[str, Json] = {}
    for item in planned:
        method, info = item.method, item.method.info
        told: dict[str, Json] = {"spec": method.spec, "format": _text(item.job)}
        told |= {"adapter_version": info.adapter_version}
        told |= {"weights_digest": info.weights_digest, "file_sha256": method.file_sha256}
        told |= {"revision": info.revision}
        told |= {"licence": info.licence, "options": dict(method.options)}
        found[method.name] = {key: value for key, value in told.items() if value}
    return found


def _text(job: Job) -> str:
    return f"{job.width}x{job.height} at {job.fps:g} fps"
