"""Votes as arrays: who met whom, on which prompt, by whom judged, with what outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from reports.bootstrap import MIN_PROMPTS
from reports.study.estimate import Abstained
from reports.study.model import Vote

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
MIN_RATERS = 3
OUTCOMES = 3
"""The pair's first system wins, its second wins, tie."""
_OUTCOME = {"first": 0, "second": 1, "tie": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """N votes that judged. A pair is two indices of systems, the smaller first, whatever a unit's order."""

    systems: tuple[str, ...]
    """Sorted."""
    prompts: tuple[str, ...]
    raters: tuple[str, ...]
    pairs: Indices
    """(Q, 2), the pairs that met."""
    prompt: Indices
    """(N,), index into ``prompts``; likewise the next two."""
    rater: Indices
    pair: Indices
    outcome: Indices
    """(N,): 0 where the pair's first system won, 1 where its second did, 2 for a tie."""

    def by_prompt(self) -> Floats:
        """Votes by prompt, pair and outcome, (P, Q, 3)."""
        found = np.zeros((len(self.prompts), len(self.pairs), OUTCOMES))
        np.add.at(found, (self.prompt, self.pair, self.outcome), 1.0)
        return found

    def weighted(self, weights: Floats) -> Floats:
        """Sum of weights (R, N) by pair and outcome, (R, Q, 3)."""
        cell = self.pair * OUTCOMES + self.outcome
        shape = (len(self.outcome), len(self.pairs) * OUTCOMES)
        into = csr_array(coo_array((np.ones(len(cell)), (np.arange(len(cell)), cell)), shape=shape))
        return np.asarray((into.T @ weights.T).T, np.float64).reshape(len(weights), -1, OUTCOMES)


def tally(votes: Sequence[Vote]) -> Tally:
    """Index the votes that judged; those who could not judge are left out."""
    judged = [vote for vote in votes if vote.choice != "unable"]
    systems = tuple(sorted({name for vote in judged for name in (vote.first, vote.second)}))
    place = {name: i for i, name in enumerate(systems)}
    ends = np.array([(place[v.first], place[v.second]) for v in judged], np.int64).reshape(-1, 2)
    outcome = np.array([_OUTCOME[v.choice] for v in judged], np.int64)
    turned = ends[:, 0] > ends[:, 1]
    outcome = np.where(turned & (outcome < 2), 1 - outcome, outcome)
    pairs, pair = np.unique(np.sort(ends, axis=1), axis=0, return_inverse=True)
    prompts, prompt = np.unique(np.array([v.prompt for v in judged], str), return_inverse=True)
    raters, rater = np.unique(np.array([v.rater for v in judged], str), return_inverse=True)
    return Tally(systems, tuple(map(str, prompts)), tuple(map(str, raters)), pairs, prompt, rater,
                 pair.reshape(-1), outcome)


def unfit(counted: Tally) -> Abstained | None:
    """Why no strengths can be fitted to these votes with limits, or None."""
    if not len(counted.outcome):
        return Abstained("No vote counts.")
    if (counted.outcome == 2).all():
        return Abstained(f"All {len(counted.outcome)} judgements are ties.")
    for what, number, least in (("raters", len(counted.raters), MIN_RATERS),
                                ("prompts", len(counted.prompts), MIN_PROMPTS)):
        if number < least:
            return Abstained(f"Only {number} of the {least} {what} that limits need.")
    return parted(counted.systems, [(counted.systems[i], counted.systems[j]) for i, j in counted.pairs])


def parted(systems: Sequence[str], met: Sequence[tuple[str, str]]) -> Abstained | None:
    """Why strengths of these systems share no scale, or None: some of them meet the others nowhere."""
    ends = np.array([[systems.index(name) for name in pair] for pair in met]).T
    linked = coo_array((np.ones(len(met)), ends), shape=(len(systems), len(systems)))
    number, group = connected_components(linked, directed=False)
    if number == 1:
        return None
    names = (", ".join(s for s, g in zip(systems, group, strict=True) if g == own) for own in range(number))
    return Abstained(f"The systems fall into groups that never met: {'; '.join(names)}.")
