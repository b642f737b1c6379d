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
_OFTEN = 8
"""Expected number of each kind of piece from which its frequency tells."""
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
    for at, width in tried:
        pieces = Counter(own[at : at + width] for own in found)
        if chance(list(pieces.values()), 16**width) * len(tried) < CHANCE:
            piece, count = pieces.most_common(1)[0]
            told = (
                f"{what} share digits {at + 1} to {at + width} far more often than chance allows: "
                f"{count} have {piece!r} there"
            )
            yield Finding("tokens", place, told, _DO)
            return


def chance(counts: Sequence[int], kinds: int) -> float:
    """Probability that random pieces repeat at least as much, from above.

    Three ways of looking, each of which is right for some numbers: how many pieces came before, how few
    differ, and, where every piece comes often, how unequally often.

    Args:
        counts: how often each piece comes that comes at all.
        kinds: pieces that could come.
    """
    found, differ = sum(counts), len(counts)
    chances = [_again(found - differ, found, kinds), _few(differ, found, kinds)]
    if found >= _OFTEN * kinds:
        chances.append(_uneven(counts, kinds))
    return len(chances) * min(chances)


def _again(least: int, found: int, kinds: int) -> float:
    """Each piece came before with at most the chance of those drawn before it: bounded by Chernoff."""
    mean = math.comb(found, 2) / kinds
    if least <= mean:
        return 1.0
    return math.exp(least - mean - least * math.log(least / mean))


def _few(differ: int, found: int, kinds: int) -> float:
    """All pieces are among so many kinds: bounded by the sum over all choices of kinds (Boole)."""
    choices = math.lgamma(kinds + 1) - math.lgamma(differ + 1) - math.lgamma(kinds - differ + 1)
    return math.exp(min(0.0, choices + found * math.log(differ / kinds)))


def _uneven(counts: Sequence[int], kinds: int) -> float:
    """Pearson's chi-square test of equal frequencies."""
    from scipy.stats import chi2

    found = sum(counts)
    return float(chi2.sf(sum(count**2 for count in counts) * kinds / found - found, kinds - 1))
