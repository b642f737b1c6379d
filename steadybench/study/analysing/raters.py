"""What each rater did, counted or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from steadybench.study.analysing.votes import repeats
from steadybench.study.excluding.exclude import Exclusion
from steadybench.study.excluding.sittings import Sitting, playback

if TYPE_CHECKING:
    from reports.study.results import Cast, Rater


def numbered(found: Sequence[Sitting]) -> dict[str, str]:
    """Names for raters by digest: ``R01`` and so on, in the order of digests."""
    digests = sorted({sitting.rater for sitting in found})
    width = max(2, len(str(len(digests))))
    return {digest: f"R{i + 1:0{width}}" for i, digest in enumerate(digests)}


def raters(found: Sequence[Sitting], excluded: Sequence[Exclusion], votes: Sequence[Cast]) -> Iterator[Rater]:
    """Sum up every rater who answered anything, in the order of names."""
    own: dict[str, list[Sitting]] = defaultdict(list)
    for sitting in found:
        own[sitting.rater].append(sitting)
    for digest, name in numbered(found).items():
        reasons = tuple(one.reason for one in excluded if one.rater == digest)
        counted = sum(cast.counted and cast.judged for cast in votes if cast.vote.rater == digest)
        yield _rater(name, digest, own[digest], reasons, counted)


def _rater(name: str, digest: str, own: Sequence[Sitting], reasons: tuple[str, ...], counted: int) -> Rater:
    from reports.study.results import Rater

    given = [one for sitting in own for one in sitting.given]
    slots = [one.answer.slot_chosen for one in given if one.trial.check in ("", "repeat")]
    steady = [repeats(sitting) for sitting in own]
    return Rater(
        name=name, digest=digest, sessions=len(own), complete=sum(sitting.complete for sitting in own),
        answers=len(given), left=slots.count("1"), right=slots.count("2"), ties=slots.count("tie"),
        unable=slots.count("unable"), checks_failed=sum(len(sitting.failed) for sitting in own),
        checks=sum(len(sitting.screening) for sitting in own),
        repeats_same=sum(same for same, _ in steady), repeats=sum(number for _, number in steady),
        quickest=min((one.quick for one in given if one.judged), default=None), playback=playback(given),
        excluded=reasons, counted=counted,
    )  # fmt: skip
