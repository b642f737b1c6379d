"""Tokens must look drawn at random: whatever they share, what they name may share too."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from steadybench.study.scanning.case import Case
from steadybench.study.scanning.finding import Finding

WIDTHS = (1, 2, 3, 4, 6, 8)
"""Digits of a piece of a token that are held against the same piece of all others."""
CHANCE = 1e-9
"""Probability below which equal pieces are no chance."""
_DO = "Export again: each token must be its own keyed digest, with no part for the method or the prompt."


def tokens(case: Case) -> Iterator[Finding]:
    """Pieces that tokens of clips, sessions or trials share more often than chance allows."""
    trials = [trial.id for sitting in case.export.sittings.values() for trial in sitting.trials]
    sessions = [path.partition("/")[2].removesuffix(".js") for path in case.export.sittings]
    for what, place, found in (
        ("names of clips", "clips/", sorted(case.export.clips)),
        ("names of sessions", "sessions/", sessions), ("ids of trials", "sessions/", trials),
    ):  # fmt: skip
        yield from _alike(what, place, found)
        if len(set(found)) < len(found):
            yield Finding("tokens", place, f"some {what} come twice", _DO)


def _alike(what: str, place: str, found: Sequence[str]) -> Iterator[Finding]:
    length = min(map(len, found), default=0)
    tried = [(at, width) for width in WIDTHS for at in range(length - width + 1)]
    pairs = math.comb(len(found), 2)
    for at, width in tried:
        pieces = Counter(own[at : at + width] for own in found)
        equal = sum(math.comb(count, 2) for count in pieces.values())
        chance = max(_tail(equal, pairs * 16.0**-width), _spread(equal, len(found), width)) if equal else 1.0
        if chance * len(tried) < CHANCE:
            piece, count = pieces.most_common(1)[0]
            told = (
                f"{what} share digits {at + 1} to {at + width} far more often than chance allows: "
                f"{count} have {piece!r} there"
            )
            yield Finding("tokens", place, told, _DO)
            return


def _tail(least: int, mean: float) -> float:
    """Probability of at least that many events of a Poisson law, bounded from above (Chernoff)."""
    if least <= mean:
        return 1.0
    return math.exp(least - mean - least * math.log(least / mean))


def _spread(equal: int, count: int, width: int) -> float:
    """Probability of at least so many equal pairs where each piece comes often (Pearson's chi-square).

    Pairs are not independent: with few kinds of pieces their number spreads wider than a Poisson law.
    """
    from scipy.stats import chi2

    kinds = 16.0**width
    return float(chi2.sf((2 * equal + count) * kinds / count - count, kinds - 1))
