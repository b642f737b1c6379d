"""How two runs were made: every recorded field that is not the same in both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.compare.match import Matched
from reports.gather import Shot
from reports.mixtures import spelled_out
from reports.model import ReportInput
from reports.pages import command
from reports.text import count, listing, plain

ABSENT = "not stated"
_FIRST = ("steadybench", "python", "packages", "decoder", "settings")
_LAST = ("machine",)
_TOLD_APART = frozenset({*_FIRST, *_LAST, "identities", "methods", "command", "notices"})


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is recorded differently in the two runs."""

    name: str
    before: str
    after: str


def differences(before: ReportInput, after: ReportInput, matched: Matched) -> tuple[Field, ...]:
    """List the fields that differ, in the order in which they are likely to be the cause.

    Versions first, then packages, decoder, settings and measurement identities; then what was asked for, what
    the clips were made from, the machine, and the command.
    """
    runs = before.run, after.run
    return tuple(_unequal([
        *(field for name in _FIRST for field in _of(runs, name)),
        *_identities(runs),
        *_asked(before, after),
        *_methods(matched),
        *_of(runs, "methods"),
        *_clip_settings(matched),
        *(field for name in sorted({*runs[0], *runs[1]} - _TOLD_APART) for field in _of(runs, name)),
        *(field for name in _LAST for field in _of(runs, name)),
        Field("command", command(runs[0]) or ABSENT, command(runs[1]) or ABSENT),
    ]))


def _unequal(fields: Iterable[Field]) -> Iterator[Field]:
    return (field for field in fields if field.before != field.after)


def _of(runs: tuple[Mapping[str, object], ...], name: str) -> Iterator[Field]:
    """Spell out one entry of ``run.json`` on both sides."""
    sides = [dict(_leaves(run.get(name), name)) for run in runs]
    for field in sorted({*sides[0], *sides[1]}):
        yield Field(field, sides[0].get(field, ABSENT), sides[1].get(field, ABSENT))


def _leaves(value: object, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{prefix}.{key}")
    elif value is not None:
        yield prefix, plain(value)


def _identities(runs: tuple[Mapping[str, object], ...]) -> Iterator[Field]:
    """Compare the identities of each measurement field by field, as far as each run has one under a mask."""
    sides = [_by_measurement(run.get("identities")) for run in runs]
    for key in sorted({*sides[0], *sides[1]}):
        name = f"identity of {' under '.join(key)} mask" if key[1] else f"identity of {key[0]}"
        ours, theirs = sides[0].get(key, {}), sides[1].get(key, {})
        if not ours or not theirs:
            yield Field(name, _told(ours), _told(theirs))
        elif len(ours) == len(theirs) == 1:
            one, other = (dict(spelled_out(next(iter(side.values())))) for side in (ours, theirs))
            changed = [field for field in sorted({*one, *other}) if one.get(field) != other.get(field)]
            yield from (Field(f"{name}: {f}", one.get(f, ABSENT), other.get(f, ABSENT)) for f in changed)
        else:
            yield Field(name, _told(ours), _told(theirs))


def _by_measurement(identities: object) -> dict[tuple[str, str], dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for digest, body in (identities.items() if isinstance(identities, Mapping) else ()):
        if isinstance(body, Mapping):
            found[str(body.get("measurement", "")), str(body.get("mask_source", ""))][str(digest)] = body
    return found


def _told(side: Mapping[str, object]) -> str:
    return ", ".join(sorted(side)) or "not measured"


def _asked(before: ReportInput, after: ReportInput) -> Iterator[Field]:
    """Compare prompts with their texts, lengths asked for, and seeds."""
    prompts = [{e.prompt_id: e.prompt for e in data.clips if e.prompt_id} for data in (before, after)]
    yield Field("prompts", _set(prompts[0], prompts[1]), _set(prompts[1], prompts[0]))
    for name in sorted(prompts[0].keys() & prompts[1]):
        yield Field(f"text of prompt {name}", prompts[0][name], prompts[1][name])
    for name in ("horizon_s", "seed"):
        values = [sorted({plain(getattr(e, name)) for e in data.clips}) for data in (before, after)]
        yield Field(name, listing(values[0]), listing(values[1]))


def _set(own: Iterable[str], other: Iterable[str]) -> str:
    """Tell a set of names by their number and those that the other one lacks."""
    lacking = sorted(set(own) - set(other))
    return count(len(set(own)), "prompt") + (f", of these only here: {listing(lacking)}" if lacking else "")


def _methods(matched: Matched) -> Iterator[Field]:
    for one, other, name in matched.rows:
        yield Field(f"{name}: digest of the weights", one.weights_digest or ABSENT,
                    other.weights_digest or ABSENT)
        yield Field(f"{name}: revision", one.revision or ABSENT, other.revision or ABSENT)
        yield Field(f"{name}: configuration", one.configuration or ABSENT, other.configuration or ABSENT)
        yield Field(f"{name}: backbone", one.backbone or ABSENT, other.backbone or ABSENT)


def _clip_settings(matched: Matched) -> Iterator[Field]:
    """Compare what clips that were made anew were made from; each difference once, with its number."""
    found: Counter[tuple[str, str, str]] = Counter()
    anew = [pair for pair in matched.twins if not pair.same_bytes]
    for pair in anew:
        one, other = _settings(pair.before), _settings(pair.after)
        found.update((field, one.get(field, ABSENT), other.get(field, ABSENT))
                     for field in {*one, *other} if one.get(field) != other.get(field))
    for (field, first, second), clips in sorted(found.items()):
        yield Field(f"clips: {field} ({clips} of {len(anew)})", first, second)


def _settings(shot: Shot) -> dict[str, str]:
    entry = shot.entry
    found = {str(name): plain(value) for name, value in entry.settings.items()}
    return {**found, **({"device": entry.device} if entry.device else {})}
