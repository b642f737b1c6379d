"""When answers do not count. The thresholds stand in the lock, so that none is chosen after a look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds of the rules; the defaults are those of the protocol."""

    checks_failed: int = 1
    """Most instructed and content checks that may be failed in one session; beyond, the rater is left out.
    "Could not judge" fails no check: it says that the clips did not show."""
    least_watched: float = 0.9
    """A rater is left out who answered any trial in less than this share of the clips' length. Below 1, since
    the last frame appears one frame before a clip's length is over."""
    side_share: float = 0.85
    """A rater is left out who chose one side in more than this share of decided trials."""
    side_trials: int = 20
    """Fewer decided trials than this tell nothing of a side."""
    playback: float = 1.15
    """A session is left out whose clips took more than this share of their own length to play (stalls)."""


def sentences(rules: Rules) -> Iterator[str]:
    """Tell the rules one by one, as they stand in the lock and on the page."""
    yield ("A rater is left out who failed more than "
           f"{rules.checks_failed} of the instructed and content checks of one session.")
    yield ("A rater is left out who answered a trial in less than "
           f"{_percent(rules.least_watched)} of the length of its clips.")
    yield (f"A rater is left out who chose one side in more than {_percent(rules.side_share)} of decided "
           f"trials, if there are {rules.side_trials} or more.")
    yield ("A session is left out whose clips took more than "
           f"{_percent(rules.playback)} of their length to play.")
    yield "Raters who withdrew are left out; their answers are deleted."


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
