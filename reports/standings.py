"""How long each method holds, on all axes and on each, and which methods can be told apart."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from reports.bootstrap import MIN_PROMPTS
from reports.gather import Column, Setup, Shot, by_setup
from reports.holes import Place, holes
from reports.labels import Label, labels
from reports.mixtures import HORIZON, Identities, Mixture, mixtures
from reports.ranks import Comparison, compare, ranks, tie_groups
from reports.survival import Survival, Time, survival
from reports.text import count, listing
from reports.verdict import onset_time, steady_time, times_by_prompt, verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """One method in one configuration on one backbone."""

    setup: Setup
    label: Label
    clips: int
    """Clips that count: camera meant to be fixed, every axis measured or abstaining for a reason."""
    steady: Survival | None
    """Time to the first failure of any axis; None where no clip has one, or where ``mixed`` says why."""
    axes: Mapping[Column, Survival | None]
    """Time to each failure, by axis and identity."""
    mixed: tuple[Mixture, ...]
    """What differs between the clips of this method, so that they may not be pooled."""
    holes: tuple[str, ...]
    """What is missing of this method; with holes it has no rank."""
    rank: int | None = None
    group: str = ""
    """Letter of the methods that share the rank."""
    unranked: str = ""
    """Why it has no rank."""


@dataclass(frozen=True, slots=True)
class Standings:
    """All methods, and every pair of those that are ranked."""

    rows: tuple[Standing, ...] = ()
    """By rank, then longest steady first; methods without a rank last."""
    comparisons: tuple[Comparison[Setup], ...] = ()
    horizon: float = 0.0
    """Seconds to which means are restricted; 0 where no method has a time."""
    mixtures: tuple[Mixture, ...] = ()
    """What differs between methods and forbids one ranking."""

    def of(self, setup: Setup) -> Standing:
        """Return the standing of a setup."""
        return next(row for row in self.rows if row.setup == setup)

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why there is no ranking, or no pooling within a method: one sentence for each field."""
        within = [f"Not pooled, {row.label.text}: {m.told}." for row in self.rows for m in row.mixed]
        return (*(f"Not ranked together: {mixture.told}." for mixture in self.mixtures), *within)


def standings(shots: Sequence[Shot], columns: Sequence[Column], identities: Identities) -> Standings:
    """Estimate every method's times, and rank those that may be compared.

    Args:
        shots: the clips of a report; those that name no method are left out.
        columns: the task axes under each identity.
        identities: what is behind each identity, to name the field in which two of them differ.

    """
    groups = by_setup(shot for shot in shots if shot.entry.method)
    if not groups:
        return Standings()
    counted = {setup: [s for s in own if verdict(s).ranked] for setup, own in sorted(groups.items())}
    named = labels(shots)
    between = mixtures([shot for own in counted.values() for shot in own], identities, named)
    expected = {shot.entry.prompt_id for own in counted.values() for shot in own if steady_time(shot)}
    horizon, lacking = _horizon(list(counted.values())), holes(shots)
    rows = []
    for setup, own in counted.items():
        mixed = mixtures(own, identities, named) if between else ()
        limit = _horizon([own]) if between else horizon
        rows.append(Standing(
            setup, named[setup], len(own),
            steady=None if mixed else _estimate(own, steady_time, limit),
            axes=_axes(own, columns, limit, mixed),
            mixed=mixed,
            holes=tuple(_holes(groups[setup], expected, lacking[setup])),
        ))
    return _ranked(rows, counted, horizon, between)


def _axes(own: Sequence[Shot], columns: Sequence[Column], horizon: float, mixed: Sequence[Mixture]
          ) -> dict[Column, Survival | None]:
    """Estimate the time to each failure; a column has one identity, so that horizons alone can be mixed."""
    if any(mixture.field == HORIZON for mixture in mixed):
        return dict.fromkeys(columns)
    return {column: _estimate(own, functools.partial(onset_time, column=column), horizon)
            for column in columns}


def _estimate(shots: Sequence[Shot], time_of: Callable[[Shot], Time | None], horizon: float
              ) -> Survival | None:
    known = [(time, shot.entry.prompt_id) for shot in shots if (time := time_of(shot)) is not None]
    return survival([time for time, _ in known], [prompt for _, prompt in known], horizon or None)


def _horizon(groups: Sequence[Sequence[Shot]]) -> float:
    """Return the length asked for if all clips share one, else one for which every method has a clip."""
    asked = {entry.horizon_s for own in groups for shot in own for entry in (shot.entry, *shot.also)}
    only = asked.pop() if len(asked) == 1 else None
    if only is not None:
        return only
    longest = [max((shot.length_s for shot in own), default=0.0) for own in groups]
    return min((at for at in longest if at > 0), default=0.0)


def _holes(own: Sequence[Shot], expected: AbstractSet[str], fewer: Sequence[Place]) -> Iterator[str]:
    """Tell what is missing of a method where others have it, or where it was asked for."""
    outcomes = [verdict(shot) for shot in own]
    if n := sum(found.outcome == "unmeasured" for found in outcomes):
        yield f"{count(n, 'clip')} not measured"
    if n := sum(found.asked_s is not None for found in outcomes):
        yield f"{count(n, 'clip')} shorter than asked without a failure"
    untold = [shot for shot, found in zip(own, outcomes, strict=True) if found.ranked
              and shot.entry.prompt_id in expected and steady_time(shot) is None]
    if untold:
        yield f"{count(len(untold), 'clip')} without a number on every axis"
    lacking = sorted(expected - {shot.entry.prompt_id for shot in own if verdict(shot).ranked})
    if lacking:
        yield f"no clip of {listing(lacking, 4)}, which others have"
    known = {shot.entry.prompt_id for shot in own}
    if n := sum(prompt in known for prompt, _ in fewer):
        yield f"{count(n, 'clip')} fewer than others have of the same prompts"


def _ranked(rows: Sequence[Standing], shots: Mapping[Setup, Sequence[Shot]], horizon: float,
            between: tuple[Mixture, ...]) -> Standings:
    told = [replace(row, unranked=_unranked(row, between)) for row in rows]
    fit = [row for row in told if not row.unranked]
    if len(fit) < 2:
        told = [replace(row, unranked=row.unranked or "no other method to compare with") for row in told]
        return Standings(_ordered(told, by_name=bool(between)), (), horizon, between)
    order = [row.setup for row in sorted(fit, key=lambda row: (-_mean(row), row.label.text))]
    compared = compare({setup: times_by_prompt(shots[setup], steady_time, horizon) for setup in order})
    places = ranks(order, compared)
    letters = tie_groups(places)
    told = [replace(row, rank=places.get(row.setup), group=letters.get(row.setup, "")) for row in told]
    return Standings(_ordered(told, by_name=False), compared, horizon)


def _unranked(row: Standing, between: Sequence[Mixture]) -> str:
    """Say why a method can have no rank, empty if it can."""
    if between:
        fields = [mixture.field for mixture in between]
        return f"{listing(fields)} {'differs' if len(fields) == 1 else 'differ'} between the clips"
    if row.holes:
        return "; ".join(row.holes)
    if row.steady is None:
        return "no clip has a time"
    if 0 < row.steady.prompts < MIN_PROMPTS:
        return f"{count(row.steady.prompts, 'prompt')}; {MIN_PROMPTS} are needed"
    return row.steady.why


def _mean(row: Standing) -> float:
    return row.steady.mean or 0.0 if row.steady else 0.0


def _ordered(rows: Sequence[Standing], *, by_name: bool) -> tuple[Standing, ...]:
    return tuple(sorted(rows, key=lambda row: row.label.text if by_name else _by_steadiness(row)))


def _by_steadiness(row: Standing) -> tuple[float, bool, float, float, float, str]:
    """Sort by rank; then longest steady first, methods without that number last, by name."""
    rank = math.inf if row.rank is None else row.rank
    if row.steady is None:
        return rank, True, 0.0, 0.0, 0.0, row.label.text
    steady = row.steady
    return rank, False, -steady.seconds, -steady.until, -steady.surviving, row.label.text
