"""How far two clips differ by chance alone: what another seed does to one method on one prompt."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from scipy.stats import t as student

from reports.gather import Setup, Shot, setup_of

_Groups: TypeAlias = dict[tuple[Setup, str], list[float]]
"""Numbers of one method on one prompt."""
LEVEL = 0.95
"""Share of pairs of seeds whose difference stays within the limit."""
MIN_FREEDOM = 4
"""With fewer degrees of freedom nothing is said: two seeds may happen to agree."""


def noise_limits(shots: Sequence[Shot]) -> dict[str, dict[str, float]]:
    """Find by identity and metric the difference that two seeds of one method on one prompt stay within.

    Deviations from the mean of each method and prompt are pooled; the limit is that of a difference of two
    such numbers at 95 %, by Student's t with as many degrees of freedom as there are. A metric with
    fewer than :data:`MIN_FREEDOM` has no limit, nor has one that is the same for all seeds, such as a level
    at its end. Numbers that are censored are left out.
    """
    groups: dict[tuple[str, str], _Groups] = defaultdict(lambda: defaultdict(list))
    for shot in shots:
        entry = shot.entry
        if not entry.prompt_id or entry.seed is None:
            continue
        for reading in shot.readings:
            if reading.status == "ok" and reading.value is not None:
                place = setup_of(entry), entry.prompt_id
                groups[reading.identity, reading.metric][place].append(reading.value)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for (identity, metric), own in sorted(groups.items()):
        limit = _limit([values for values in own.values() if len(values) > 1])
        if limit is not None:
            found[identity][metric] = limit
    return dict(found)


def _limit(groups: Sequence[Sequence[float]]) -> float | None:
    freedom = sum(len(values) - 1 for values in groups)
    if freedom < MIN_FREEDOM:
        return None
    means = [math.fsum(values) / len(values) for values in groups]
    squares = math.fsum((v - mean) ** 2 for mean, values in zip(means, groups, strict=True) for v in values)
    if squares == 0:
        return None
    limit = float(student.ppf((1 + LEVEL) / 2, freedom)) * math.sqrt(2 * squares / freedom)
    return float(f"{limit:.4g}")
