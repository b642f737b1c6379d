"""What a run is after: clips and measurement identities. With the records it determines every table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from metrics.types import Identity, Json, Quantity
from steadybench import atomic, entries
from steadybench.entries import Entry
from steadybench.errors import InputError
from steadybench.records import identity_from_json, identity_json, record_key

FILE = "wanted.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Clips, and what is to be measured on them."""

    title: str
    entries: tuple[Entry, ...]
    identities: Mapping[str, Mapping[str, Identity]]
    """Mask source -> measurement -> identity."""
    quantities: tuple[Quantity, ...]
    limits: tuple[str, ...] = ()
    """Sentences that the report must show: what these clips cannot answer."""

    def keys(self, entry: Entry) -> dict[str, str]:
        """Record key of each measurement of one clip; empty where there is no clip."""
        if entry.problem:
            return {}
        return {
            name: record_key(entry.clip_sha256, identity, entry.mask_sha256)
            for name, identity in self.identities[entry.mask_source].items()
        }


def save(wanted: Wanted, out: Path) -> None:
    """Write ``wanted.json``; equal input gives equal bytes."""
    body: dict[str, Json] = {
        "title": wanted.title,
        "limits": list(wanted.limits),
        "identities": {
            source: {name: identity_json(identity) for name, identity in named.items()}
            for source, named in wanted.identities.items()
        },
        "quantities": [asdict(quantity) for quantity in wanted.quantities],
        "entries": [entries.to_json(entry) for entry in wanted.entries],
    }
    atomic.write_text(out / FILE, json.dumps(body, indent=1, sort_keys=True, allow_nan=False) + "\n")


def load(out: Path) -> Wanted:
    """Read ``wanted.json``.

    Raises:
        InputError: the folder holds no run, or one that this version does not read.
    """
    try:
        body: dict[str, Any] = json.loads((out / FILE).read_bytes())
        return _checked(Wanted(
            title=body["title"],
            limits=tuple(body["limits"]),
            identities={
                source: {name: identity_from_json(identity) for name, identity in named.items()}
                for source, named in body["identities"].items()
            },
            quantities=tuple(Quantity(**quantity) for quantity in body["quantities"]),
            entries=tuple(entries.from_json(entry) for entry in body["entries"]),
        ))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{out} holds no readable run ({FILE}: {error}). Name the --out folder of `steadybench score` or "
            "`steadybench run`, or run that command again."
        ) from None


def _checked(wanted: Wanted) -> Wanted:
    """Return what was read if its parts fit together.

    Raises:
        ValueError: they do not.
    """
    if not all(isinstance(text, str) for text in (wanted.title, *wanted.limits)):
        raise ValueError("title and limits must be texts")
    unknown = {entry.mask_source for entry in wanted.entries} - wanted.identities.keys()
    if unknown:
        raise ValueError(f"no identity is given for clips with the mask source {', '.join(sorted(unknown))}")
    return wanted
