"""From plain data to a :class:`~prompts.types.Suite`: every field checked, all faults told at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import cast

from prompts.types import DIRECTIONS, REGIMES, Direction, Prompt, Regime, Suite

PROMPT_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Prompt))
SUITE_FIELDS: tuple[str, ...] = ("name", "version", "prompts")
_TEXT_FIELDS = tuple(name for name in PROMPT_FIELDS if name != "must_not_move")
_ID = re.compile(r"[a-z0-9-]+")


class SuiteError(ValueError):
    """A suite, or a choice from one, cannot be used; ``faults`` names every reason with its place."""

    def __init__(self, origin: str, faults: Sequence[str]) -> None:
        self.origin = origin
        self.faults = tuple(faults)
        super().__init__("\n  ".join([f"{origin}: {len(self.faults)} fault(s)", *self.faults]))


def prompts_digest(prompts: Iterable[Prompt]) -> str:
    """SHA-256 (64 hex digits) over the canonical JSON of the prompts, in their order.

    Canonical: an array of objects, keys sorted, no spaces, everything outside ASCII escaped.
    """
    plain = [asdict(prompt) for prompt in prompts]
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def make_suite(name: str, version: int, prompts: Iterable[Prompt]) -> Suite:
    """Put a suite together and fill in its digest."""
    ordered = tuple(prompts)
    return Suite(name=name, version=version, prompts=ordered, digest=prompts_digest(ordered))


def parse_suite(data: object, origin: str) -> Suite:
    """Check plain data (mappings, lists, strings, integers) and turn it into a suite.

    ``origin`` says in error messages where the data came from.
    Raises :class:`SuiteError` with all faults, each led by its place, for example
    ``prompts[3] (id 'old-canal'): regime: ...``.
    """
    if not isinstance(data, Mapping):
        raise SuiteError(origin, [f"expected a mapping with {_listed(SUITE_FIELDS)}, found {_kind(data)}"])
    faults = _key_faults(data, SUITE_FIELDS)
    faults += _name_faults(data) + _version_faults(data)
    raw = data.get("prompts", [])
    if not isinstance(raw, list) or ("prompts" in data and not raw):
        faults.append(f"prompts: expected a list with at least one prompt, found {_kind(raw)}")
        raw = []
    for index, entry in enumerate(raw):
        faults += [f"{_place(index, entry)}: {fault}" for fault in _prompt_faults(entry)]
    faults += _repeated_ids(raw)
    if faults:
        raise SuiteError(origin, faults)
    return make_suite(data["name"], data["version"], (_prompt(entry) for entry in raw))


def _prompt(entry: Mapping[str, object]) -> Prompt:
    """Build a prompt from an entry that has passed every check."""
    text = {name: cast(str, entry[name]) for name in _TEXT_FIELDS}
    return Prompt(
        id=text["id"],
        text=text["text"],
        medium=text["medium"],
        regime=cast(Regime, text["regime"]),
        direction=cast(Direction, text["direction"]),
        support=text["support"],
        light=text["light"],
        must_not_move=tuple(cast("list[str]", entry["must_not_move"])),
    )


def _prompt_faults(entry: object) -> list[str]:
    if not isinstance(entry, Mapping):
        return [f"expected a mapping with {_listed(PROMPT_FIELDS)}, found {_kind(entry)}"]
    faults = _key_faults(entry, PROMPT_FIELDS)
    for name in _TEXT_FIELDS:
        if name in entry:
            faults += [f"{name}: {fault}" for fault in _string_faults(entry[name])]
    faults += _choice_faults(entry, "regime", REGIMES) + _choice_faults(entry, "direction", DIRECTIONS)
    identifier = entry.get("id")
    if isinstance(identifier, str) and identifier.strip() and not _ID.fullmatch(identifier):
        faults.append(f"id: expected lower-case letters, digits and hyphens, found {identifier!r}")
    if "must_not_move" in entry:
        faults += _must_not_move_faults(entry["must_not_move"])
    return faults


def _must_not_move_faults(value: object) -> list[str]:
    if not isinstance(value, list):
        return [f"must_not_move: expected a list of texts, found {_kind(value)}"]
    faults = [(index, fault) for index, item in enumerate(value) for fault in _string_faults(item)]
    return [f"must_not_move[{index}]: {fault}" for index, fault in faults]


def _key_faults(data: Mapping[object, object], known: Sequence[str]) -> list[str]:
    missing = [f"{name}: missing" for name in known if name not in data]
    unknown = [f"{key!r}: unknown key, known are {_listed(known)}" for key in data if key not in known]
    return missing + unknown


def _name_faults(data: Mapping[object, object]) -> list[str]:
    return [f"name: {fault}" for fault in _string_faults(data["name"])] if "name" in data else []


def _version_faults(data: Mapping[object, object]) -> list[str]:
    version = data.get("version", 1)
    if isinstance(version, int) and not isinstance(version, bool) and version >= 1:
        return []
    return [f"version: expected a whole number from 1 up, found {version!r}"]


def _string_faults(value: object) -> list[str]:
    if not isinstance(value, str):
        return [f"expected a text, found {_kind(value)} {value!r}; put it in quotes if a text is meant"]
    if not value.strip():
        return ["expected a text, found it empty"]
    if any("\ud800" <= char <= "\udfff" for char in value):
        return ["holds half of a surrogate pair, which no file can store; write the whole character"]
    return []


def _choice_faults(entry: Mapping[object, object], name: str, allowed: Sequence[str]) -> list[str]:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip() or value in allowed:
        return []
    return [f"{name}: expected one of {_listed(allowed)}, found {value!r}"]


def _repeated_ids(raw: Sequence[object]) -> list[str]:
    first: dict[str, int] = {}
    faults = []
    for index, entry in enumerate(raw):
        identifier = entry.get("id") if isinstance(entry, Mapping) else None
        if isinstance(identifier, str) and first.setdefault(identifier, index) != index:
            faults.append(f"{_place(index, entry)}: id: already used by prompts[{first[identifier]}]")
    return faults


def _place(index: int, entry: object) -> str:
    identifier = entry.get("id") if isinstance(entry, Mapping) else None
    return f"prompts[{index}] (id {identifier!r})" if isinstance(identifier, str) else f"prompts[{index}]"


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
