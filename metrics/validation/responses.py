"""What every metric made of every perturbation: one row each, from readings of clean and perturbed clips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from metrics.types import Quantity
from metrics.validation import statistics
from metrics.validation.targets import Role, role_of

CLEAN = ""
"""Perturbation of an unperturbed clip."""


@dataclass(frozen=True, slots=True)
class Perturbation:
    """One way of changing clips, as the statistics know it."""

    id: str
    family: str
    """``drift``, ``stagnation``, ``hardening`` or ``nuisance``."""
    severities: tuple[float, ...]
    """Mild to strong, in any unit; the last is the one that decides."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All numbers of one clip under one perturbation."""

    clip: str
    perturbation: str
    """Id of the perturbation, :data:`CLEAN` for none."""
    severity: float
    values: Mapping[str, float | None] = field(hash=False)
    """Quantity to value; None or no entry where the metric abstained."""


@dataclass(frozen=True, slots=True)
class Response:
    """How one metric answered one perturbation at one severity. A column of ``validation.csv`` each."""

    metric: str
    perturbation: str
    family: str
    role: Role
    severity: float
    top: bool
    """True for the strongest severity."""
    clips: int
    """Clips that were read clean and perturbed, and on which the metric has a number clean."""
    abstained: int
    """Of these, clips on which it has none when perturbed. They are in no statistic."""
    response: float | None
    """Mean of perturbed minus clean, in the metric's unit."""
    spread: float | None
    """Sample standard deviation of the same differences."""
    d_z: float | None
    """See :func:`metrics.validation.statistics.paired_dz`; signed."""
    sign: str
    """``right`` if the metric got worse, ``wrong`` if it got better, ``none`` if it did not change.

    Empty where the metric has no better direction or no number.
    """
    rho: float | None
    """Median over clips of Spearman's correlation between severity, none included, and the metric; signed."""
    rho_clips: int
    """Clips measured at every severity."""
    clean_spreads: float | None
    """``response`` over the standard deviation of the metric between clean clips."""
    auc: float | None
    """Targets only: probability that a clip with this failure scores worse than one without.

    Without are clean clips, and those with a nuisance or a failure of another axis at its strongest.
    """


class Readings:
    """Readings by perturbation, severity and clip.

    Args:
        readings: of clean and perturbed clips, in any order.
        perturbations: the suite, in reading order.

    Raises:
        ValueError: two readings of the same clip, perturbation and severity.

    """

    def __init__(self, readings: Iterable[Reading], perturbations: Sequence[Perturbation]) -> None:
        self.perturbations = tuple(perturbations)
        self._found: dict[tuple[str, float], dict[str, Mapping[str, float | None]]] = {}
        for item in readings:
            cell = self._found.setdefault((item.perturbation, item.severity), {})
            if item.clip in cell:
                raise ValueError(f"{item.clip} was read twice under {item.perturbation or 'no'} perturbation")
            cell[item.clip] = item.values

    def clips(self, perturbation: str = CLEAN, severity: float = 0.0) -> tuple[str, ...]:
        """Clips that were read under a perturbation and clean, sorted."""
        clean = self._found.get((CLEAN, 0.0), {})
        return tuple(sorted(clip for clip in self._found.get((perturbation, severity), {}) if clip in clean))

    def value(self, metric: str, clip: str, perturbation: str = CLEAN, severity: float = 0.0) -> float | None:
        """One number; None where the metric abstained or the clip was not read."""
        return self._found.get((perturbation, severity), {}).get(clip, {}).get(metric)

    def values(self, metric: str, perturbation: str = CLEAN, severity: float = 0.0) -> list[float]:
        """The metric on every clip that has a number."""
        found = (
            self.value(metric, clip, perturbation, severity) for clip in self.clips(perturbation, severity)
        )
        return [value for value in found if value is not None]


def respond(quantity: Quantity, readings: Readings) -> list[Response]:
    """One row for each perturbation and severity that was read, in the suite's order."""
    scale = _Scale(quantity, readings)
    rows = []
    for perturbation in readings.perturbations:
        role = role_of(quantity.id, perturbation.family)
        others = scale.others() if role == "target" else []
        for severity in perturbation.severities:
            if readings.clips(perturbation.id, severity):
                row = _response(quantity, readings, scale, perturbation, severity, role, others)
                rows.append(row)
    return rows


def _response(
    quantity: Quantity,
    readings: Readings,
    scale: _Scale,
    perturbation: Perturbation,
    severity: float,
    role: Role,
    others: Sequence[float],
) -> Response:
    read = readings.clips(perturbation.id, severity)
    before = {clip: value for clip in read if (value := readings.value(quantity.id, clip)) is not None}
    changes = [
        after - value
        for clip, value in before.items()
        if (after := readings.value(quantity.id, clip, perturbation.id, severity)) is not None
    ]
    mean = sum(changes) / len(changes) if changes else None
    rhos = _rhos(quantity.id, readings, perturbation)
    between = statistics.standard_deviation(readings.values(quantity.id))
    failed = scale.scores(perturbation.id, severity) if role == "target" else []
    return Response(
        metric=quantity.id,
        perturbation=perturbation.id,
        family=perturbation.family,
        role=role,
        severity=severity,
        top=severity == perturbation.severities[-1],
        clips=len(before),
        abstained=len(before) - len(changes),
        response=mean,
        spread=statistics.standard_deviation(changes),
        d_z=statistics.paired_dz(changes),
        sign=_sign(quantity, mean),
        rho=statistics.median(rhos),
        rho_clips=len(rhos),
        clean_spreads=None if mean is None or not between else mean / between,
        auc=statistics.auc(failed, others),
    )


def _sign(quantity: Quantity, response: float | None) -> str:
    if response is None or quantity.better == "none":
        return ""
    if response == 0:
        return "none"
    return "right" if (response > 0) == (quantity.better == "lower") else "wrong"


def _rhos(metric: str, readings: Readings, perturbation: Perturbation) -> list[float]:
    found = []
    for clip in readings.clips():
        series = [readings.value(metric, clip)]
        series += [readings.value(metric, clip, perturbation.id, s) for s in perturbation.severities]
        known = [value for value in series if value is not None]
        if len(known) == len(series) and (rho := statistics.spearman(known)) is not None:
            found.append(rho)
    return found


class _Scale:
    """A metric turned so that more is worse.

    One without a better direction counts its distance from the median of the clean clips.
    """

    def __init__(self, quantity: Quantity, readings: Readings) -> None:
        self._quantity, self._readings = quantity, readings
        self._middle = statistics.median(readings.values(quantity.id)) or 0.0

    def scores(self, perturbation: str, severity: float) -> list[float]:
        values = self._readings.values(self._quantity.id, perturbation, severity)
        if self._quantity.better == "none":
            return [abs(value - self._middle) for value in values]
        return values if self._quantity.better == "lower" else [-value for value in values]

    def others(self) -> list[float]:
        """Clean clips, and everything at its strongest that is no target of this metric."""
        found = self.scores(CLEAN, 0.0)
        for item in self._readings.perturbations:
            if role_of(self._quantity.id, item.family) != "target":
                found += self.scores(item.id, item.severities[-1])
        return found


def pooled_auc(quantity: Quantity, readings: Readings) -> float | None:
    """AUC of all targets at their strongest together, against the same others as :attr:`Response.auc`."""
    scale = _Scale(quantity, readings)
    failed = [
        score
        for item in readings.perturbations
        if role_of(quantity.id, item.family) == "target"
        for score in scale.scores(item.id, item.severities[-1])
    ]
    return statistics.auc(failed, scale.others())
