"""What a planned study would resolve, in lines for the terminal; systems by their letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from steadybench.study.model import Plan
from steadybench.study.naming import letters
from steadybench.study.simulating.resolving import Resolution

Floats = NDArray[np.float64]


def told(found: Sequence[Resolution], plan: Plan) -> Iterator[str]:
    """Tell every question's figures, shares with their limits over the studies played."""
    names = letters(plan)
    for one in found:
        yield f"Question {one.question}: {one.votes} votes a study"
        yield from (f"  no strengths in {_studies(number)}: {why}" for why, number in one.silent.items())
        if one.outcomes:
            yield from _lines(one, names)


def _lines(one: Resolution, names: Mapping[str, str]) -> Iterator[str]:
    runs = one.outcomes
    kendall = np.array([run.kendall for run in runs])
    covered = np.array([run.covered for run in runs])
    if np.isfinite(kendall).any():
        yield (f"  order        found in {share_of((kendall > 1 - 1e-9).tolist())} of {_studies(len(runs))}; "
               f"Kendall's tau {np.nanmean(kendall):.2f} on average")
    width = np.mean([run.half_width for run in runs])
    yield (f"  strengths    limits ±{width:.2f} log odds on average; they "
           f"cover the truth in {100 * covered.mean():.1f} ± {_error(covered):.1f} %")
    yield (f"  ties         {100 * np.mean([run.ties for run in runs]):.1f} % of votes, "
           f"{100 * one.long_run.ties:.1f} % are true")
    yield (f"  agreement    alpha {np.mean([run.alpha for run in runs]):.2f} on average; "
           f"{np.mean([run.left_out for run in runs]):.1f} raters left out a study")
    yield from _apart(one)
    for i, planned in enumerate(one.planned):
        yield (f"  planned      {names[planned.better]} over {names[planned.worse]} confirmed in "
               f"{share_of([run.confirmed[i] for run in runs])}")


def _apart(one: Resolution) -> Iterator[str]:
    """Power to tell two systems apart, by how many places they lie from each other in the true order."""
    true = dict(zip(one.truth.strengths, one.long_run.strengths.tolist(), strict=True))
    order = sorted(true, key=lambda token: -true[token])
    for step in range(1, len(order)):
        pairs = list(zip(order, order[step:], strict=False))
        told = [run.apart.get(pair, False) for run in one.outcomes for pair in pairs]
        leads = [true[first] - true[second] for first, second in pairs]
        yield (f"  told apart   {step} place{'s' if step > 1 else ''} off, {np.mean(leads):.2f} log odds: "
               f"{share_of(told, len(one.outcomes))}")


def share_of(hits: Sequence[bool], studies: int = 0) -> str:
    """A share in per cent with its limits over studies (Wilson 1927)."""
    share, number = float(np.mean(hits)), studies or len(hits)
    middle, scale = share + 1.92 / number, 1 + 3.84 / number
    reach = 1.96 * (share * (1 - share) / number + 0.96 / number**2) ** 0.5
    low, high = (middle - reach) / scale, (middle + reach) / scale
    return f"{100 * share:.0f} % ({100 * max(low, 0):.0f} to {100 * high:.0f})"


def _error(values: Floats) -> float:
    return float(196 * values.std() / len(values) ** 0.5)


def _studies(number: int) -> str:
    return f"{number} {'study' if number == 1 else 'studies'}"
