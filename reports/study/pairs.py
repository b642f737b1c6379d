"""Two systems side by side: counts, share of decided votes, and a sign test over prompts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from reports.ranks import LEVEL, holm
from reports.study.counting import Tally
from reports.study.estimate import Abstained, Estimate
from reports.study.power import least_prompts
from reports.study.resample import Sampling, share_by_cluster

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Duel:
    """Two systems on the prompts on which they met."""

    first: str
    second: str
    wins_first: int
    """Votes."""
    wins_second: int
    ties: int
    share: Estimate | None
    """Of decided votes for ``first``, 0 to 1, limits over prompts; None where no vote is decided."""
    ties_share: Estimate
    """Of ties among votes, 0 to 1."""
    prompts: int
    prompts_first: int
    """Prompts on which most decided votes are for ``first``."""
    prompts_second: int

    @property
    def votes(self) -> int:
        """Judgements, ties among them."""
        return self.wins_first + self.wins_second + self.ties


@dataclass(frozen=True, slots=True)
class Planned:
    """A comparison that was named before the votes: is ``better`` better than ``worse``?"""

    better: str
    worse: str
    duel: Duel
    """``first`` is ``better``."""
    p: float
    """Exact sign test over prompts with a majority, two-sided; prompts without one are left out."""
    p_holm: float
    """Corrected for the whole planned family (Holm 1979)."""
    verdict: str
    """``confirmed``, ``reversed`` or ``open``."""
    least: int
    """Prompts with a majority that the test needs to be able to reach the level in this family."""


def duels(counted: Tally, sampling: Sampling | None = None) -> tuple[Duel, ...]:
    """Every pair that met, in the order of their names."""
    cells = counted.by_prompt()
    return tuple(_duel(counted, cells[:, q], int(i), int(j), sampling or Sampling())
                 for q, (i, j) in enumerate(counted.pairs))


def _duel(counted: Tally, cells: Floats, i: int, j: int, sampling: Sampling) -> Duel:
    """Count the cells of one pair, (P, 3)."""
    votes, decided = cells.sum(axis=1), cells[:, :2].sum(axis=1)
    first, second, ties = (int(total) for total in cells.sum(axis=0))
    tied = share_by_cluster(cells[:, 2], votes, sampling)
    assert tied is not None  # noqa: S101  # a pair that met has votes
    return Duel(counted.systems[i], counted.systems[j], first, second, ties,
                share_by_cluster(cells[:, 0], decided, sampling), tied, int((votes > 0).sum()),
                int((cells[:, 0] > cells[:, 1]).sum()), int((cells[:, 1] > cells[:, 0]).sum()))


def turned(duel: Duel) -> Duel:
    """The same two systems, the other one first."""
    share = duel.share
    if share is not None:
        share = Estimate(1 - share.value, None if share.high is None else 1 - share.high,
                         None if share.low is None else 1 - share.low, share.why)
    return replace(duel, first=duel.second, second=duel.first, wins_first=duel.wins_second,
                   wins_second=duel.wins_first, share=share, prompts_first=duel.prompts_second,
                   prompts_second=duel.prompts_first)


def sign_p(duel: Duel) -> float:
    """Two-sided p of the majorities' signs over prompts; 1 where no prompt has a majority."""
    number = duel.prompts_first + duel.prompts_second
    return float(binomtest(duel.prompts_first, number).pvalue) if number else 1.0


def planned(pairs: Sequence[tuple[str, str]], found: Sequence[Duel]) -> tuple[Planned | Abstained, ...]:
    """Test the planned family, each pair the better one first, in the order given.

    A pair that was never judged abstains but still counts in the family, so that the correction is the one
    that was registered.
    """
    by_pair = {(own.first, own.second): own for one in found for own in (one, turned(one))}
    p = [sign_p(by_pair[pair]) if pair in by_pair else 1.0 for pair in pairs]
    return tuple(
        _planned(by_pair[pair], raw, corrected, len(pairs)) if pair in by_pair
        else Abstained(f"{pair[0]} and {pair[1]} were never judged against each other.")
        for pair, raw, corrected in zip(pairs, p, holm(p), strict=True))


def one_family(questions: Sequence[Sequence[Planned | Abstained]]
               ) -> tuple[tuple[Planned | Abstained, ...], ...]:
    """Correct the planned comparisons of all questions of a study together (Holm 1979).

    Those that abstain count as p = 1, so that the family is the one that was registered.
    """
    sizes = [len(own) for own in questions]
    every = [one for own in questions for one in own]
    corrected = holm([one.p if isinstance(one, Planned) else 1.0 for one in every])
    found = iter([
        _planned(one.duel, one.p, p, len(every)) if isinstance(one, Planned) else one
        for one, p in zip(every, corrected, strict=True)])
    return tuple(tuple(itertools.islice(found, size)) for size in sizes)


def _planned(duel: Duel, p: float, corrected: float, family: int) -> Planned:
    leads = duel.prompts_first > duel.prompts_second
    verdict = "open" if corrected > LEVEL else "confirmed" if leads else "reversed"
    return Planned(duel.first, duel.second, duel, p, corrected, verdict, least_prompts(family))
