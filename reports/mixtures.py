"""What must not differ in a ranking and does: horizons, and settings of the measurements, named by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.axes import ONSET_AXES, in_order
from reports.gather import Setup, Shot, setup_of
from reports.labels import Label, labels
from reports.text import count, listing, plain

HORIZON = "horizon_s"
IDENTITY = "identity"
_NOT_STATED = "not stated"
_SHOWN = 40

Names = Mapping[Setup, Label]
Identities = Mapping[str, object]
"""What is behind each identity, by its digest: ``run.json`` holds it under ``identities``."""


@dataclass(frozen=True, slots=True)
class Value:
    """One of the values of a field."""

    value: str
    clips: int
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mixture:
    """A field that differs between clips that would be ranked together."""

    field: str
    """``horizon_s``, a setting such as ``mask`` or ``version``, or ``identity`` where no setting is known."""
    values: tuple[Value, ...]
    axes: tuple[str, ...]
    """The axes whose measurements differ in it, empty for a horizon."""

    @property
    def told(self) -> str:
        """Say which field differs, where, and what its values are."""
        on = f" of {listing(self.axes)}" if self.axes else ""
        each = [f"{value.value} in {count(value.clips, 'clip')} ({listing(value.methods, 4)})"
                for value in self.values]
        return f"{self.field}{on} differs: {listing(each, 8)}"


def mixtures(shots: Sequence[Shot], identities: Identities, names: Names | None = None
             ) -> tuple[Mixture, ...]:
    """Find every field that differs between these clips; empty where they may be pooled or ranked.

    ``names`` are those of the whole report, of which these clips may be a part.
    """
    horizons = [(_horizon(shot), shot) for shot in shots]
    named = labels(shots) if names is None else names
    return (*_mixture(HORIZON, horizons, (), named), *_of_identities(shots, identities, named))


def _horizon(shot: Shot) -> str:
    asked = {entry.horizon_s for entry in (shot.entry, *shot.also)} - {None}
    return " and ".join(f"{seconds:g} s" for seconds in sorted(filter(None, asked))) or _NOT_STATED


def _mixture(field: str, given: Sequence[tuple[str, Shot]], axes: tuple[str, ...], named: Names
             ) -> Iterator[Mixture]:
    found: dict[str, list[Shot]] = defaultdict(list)
    for value, shot in given:
        found[value].append(shot)
    if len(found) > 1:
        values = tuple(
            Value(value, len(shots), tuple(sorted({named[setup_of(s.entry)].text or s.entry.clip
                                                   for s in shots})))
            for value, shots in sorted(found.items())
        )
        yield Mixture(field, values, axes)


def _of_identities(shots: Sequence[Shot], identities: Identities, named: Names) -> Iterator[Mixture]:
    """Compare setting by setting; axes that differ alike are told together."""
    alike: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = defaultdict(list)
    by_key = {shot.key: shot for shot in shots}
    for axis in in_order(ONSET_AXES):
        used = [(reading.identity, shot) for shot in shots for reading in shot.all(f"{axis}.onset")
                if reading.identity]
        for field, values in _differing({digest for digest, _ in used}, identities):
            given = tuple(sorted((values[digest], shot.key) for digest, shot in used))
            alike[field, given].append(axis)
    for (field, given), axes in alike.items():
        yield from _mixture(field, [(value, by_key[key]) for value, key in given], tuple(axes), named)


def _differing(digests: Iterable[str], identities: Identities) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each field whose value is not the same under all digests, with its value under each."""
    digests = sorted(digests)
    if len(digests) < 2:
        return
    spelled = {digest: dict(spelled_out(identities.get(digest))) for digest in digests}
    fields = sorted({field for leaves in spelled.values() for field in leaves})
    told = {field: {digest: leaves.get(field, _NOT_STATED) for digest, leaves in spelled.items()}
            for field in fields}
    found = {field: values for field, values in told.items() if len(set(values.values())) > 1}
    if "mask" in found:
        found.pop("mask_source", None)
    yield from (found or {IDENTITY: {digest: digest for digest in digests}}).items()


def spelled_out(value: object, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Spell out nested settings as dotted fields; the level called ``settings`` goes without saying."""
    if not isinstance(value, Mapping):
        if prefix:
            yield prefix, plain(value)[:_SHOWN]
        return
    for key, inner in value.items():
        step = "" if key == "settings" and not prefix else str(key)
        yield from spelled_out(inner, ".".join(filter(None, (prefix, step))))
