"""Under which identities a measurement ran: everything that changes its numbers beside the clip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.gather import Shot
from reports.text import plain


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity in words."""

    digest: str
    """Empty for clips whose file could not be opened."""
    version: str
    """Version of the measurement, empty where the run does not tell."""
    settings: tuple[tuple[str, str], ...]
    """Spread over lines, such as ``flow.backend``."""
    clips: int
    """Clips that were measured under it."""


def identities_of(name: str, shots: Sequence[Shot], run: Mapping[str, object]) -> tuple[Identity, ...]:
    """Find the identities of a measurement such as ``drift``, with the clips that each was used on."""
    used: dict[str, int] = {}
    for shot in shots:
        own = {reading.identity for reading in shot.readings if reading.metric.partition(".")[0] == name}
        for digest in own - {""}:
            used[digest] = used.get(digest, 0) + 1
    known = run.get("identities")
    told = known if isinstance(known, Mapping) else {}
    return tuple(_identity(digest, used[digest], told.get(digest)) for digest in sorted(used))


def _identity(digest: str, clips: int, body: object) -> Identity:
    known = body if isinstance(body, Mapping) else {}
    version = known.get("version", "")
    settings = dict(_lines("", known.get("settings")))
    if "mask_source" in known:
        settings["mask"] = plain(known["mask_source"])
    return Identity(digest, plain(version) if version != "" else "", tuple(sorted(settings.items())), clips)


def _lines(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return
    for key in sorted(value, key=str):
        name = f"{prefix}{key}"
        if isinstance(value[key], Mapping):
            yield from _lines(f"{name}.", value[key])
        else:
            yield name, plain(value[key])
