"""How many trials a rater can be given in one session."""

from __future__ import annotations

from steadybench.errors import InputError
from steadybench.study.planning.showing import USUAL_S
from steadybench.study.planning.sitting import EXTRA
from steadybench.study.planning.stock import EXAMPLE_S

ANSWER_S = 8.0
"""Allowed for an answer, with the pause before the next trial."""
LONGEST_MIN = 20.0
"""A session, with what comes before its first trial."""
MOST_SHORT, MOST_LONG = 40, 16
"""Trials a session: of up to 20 s, and longer ones."""
_AROUND_S = 60.0 + EXAMPLE_S + ANSWER_S
"""Allowed for reading consent and question, and for the training example."""


def trials(seconds: float, asked: int | None) -> int:
    """Most trials of one session, checks and the repeat among them.

    Args:
        seconds: length of a trial's clips.
        asked: by the user; None for as many as the limits allow.

    Raises:
        InputError: more were asked for than the limits allow, or fewer than checks and one judgement need.
    """
    room = int((LONGEST_MIN * 60 - _AROUND_S) / (seconds + ANSWER_S))
    most = min(MOST_SHORT if seconds <= USUAL_S else MOST_LONG, room)
    if most <= EXTRA:
        raise InputError(f"Clips of {seconds:g} s are too long to be judged in a session of {LONGEST_MIN:g} "
                         f"min: it has room for {max(0, most)} trials, of which {EXTRA} are no judgements. "
                         "Show less with --seconds or --excerpt ends.")
    if asked is not None and not EXTRA < asked <= most:
        raise InputError(f"--trials {asked}: expected {EXTRA + 1} to {most}. Sessions last at most "
                         f"{LONGEST_MIN:g} min, with {ANSWER_S:g} s for an answer to clips of {seconds:g} s, "
                         f"and hold at most {MOST_SHORT} trials of up to {USUAL_S:g} s or {MOST_LONG} longer "
                         f"ones; {EXTRA} trials are checks and a repeat.")
    return most if asked is None else asked


def minutes(seconds: float, count: int) -> float:
    """About how long a session of so many trials takes, with welcome and training example."""
    return (count * (seconds + ANSWER_S) + _AROUND_S) / 60
