"""When collection ends, in a form that can be checked afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from steadybench.errors import InputError
from steadybench.study.answers import Answer
from steadybench.study.excluding.sittings import Sitting
from steadybench.study.gathering.values import moment


@dataclass(frozen=True, slots=True)
class Stop:
    """Collection ends at the first of these; sessions that were begun by then may be finished."""

    sessions: int = 0
    """Complete sessions, whoever is left out later; 0 for every planned one."""
    until: str = ""
    """Last day in UTC, ``YYYY-MM-DD``; empty for none."""


def filled(stop: Stop, planned: int, at: datetime) -> Stop:
    """The rule with its default, for a plan of so many sessions that is locked at a time (UTC).

    Raises:
        InputError: it can never be met, or was met before the lock.
    """
    faults = []
    if stop.sessions > planned:
        faults.append(f"--sessions {stop.sessions}: the plan has {planned}.")
    if (end := _end(stop)) and end <= at:
        faults.append(f"--until {stop.until}: that day is over; expected today ({at:%Y-%m-%d} UTC) or later.")
    if faults:
        raise InputError(" ".join(faults))
    return replace(stop, sessions=stop.sessions or planned)


def sentence(stop: Stop, planned: int) -> str:
    """Tell the rule; ``planned`` is the number of sessions in the plan."""
    all_ = stop.sessions == planned
    count = "every planned session is" if all_ else f"{stop.sessions} of {planned} planned sessions are"
    day = f", and at the latest at the end of {stop.until} (UTC)" if stop.until else ""
    return (f"Collection ends when {count} complete{day}. No session is begun after that, and nobody looks "
            "at results before.")


def faults(stop: Stop, sittings: Sequence[Sitting], now: datetime) -> Iterator[str]:
    """Say whether collection ended earlier or later than registered.

    Args:
        stop: the rule, filled.
        sittings: all that were sat, with those that the rules of exclusion leave out.
        now: UTC; the time at which results are worked out.
    """
    complete = sorted(_last(one) for one in sittings if one.complete)
    full = complete[stop.sessions - 1] if len(complete) >= stop.sessions else None
    day = _end(stop)
    ended = min((own for own in (full, day) if own), default=None)
    if ended is None or ended > now:
        open_ = f"and its last day, {stop.until}, is not over" if stop.until else "and no last day was set"
        yield (f"Collection had not ended by its rule when results were worked out: {len(complete)} of "
               f"{stop.sessions} sessions are complete, {open_}.")
        return
    if late := [one for one in sittings if _first(one) > ended]:
        why = (f"the last day was {stop.until}" if ended == day
               else f"{stop.sessions} sessions were complete at {ended:%Y-%m-%dT%H:%M:%SZ}")
        answers = sum(len(one.given) for one in late)
        yield (f"{len(late)} of {len(sittings)} sessions, with {answers} answers, were begun after "
               f"collection had ended: {why}.")


def _end(stop: Stop) -> datetime | None:
    return datetime.fromisoformat(stop.until).replace(tzinfo=UTC) + timedelta(days=1) if stop.until else None


def _last(sitting: Sitting) -> datetime:
    return max(_came(one.answer) for one in sitting.given)


def _first(sitting: Sitting) -> datetime:
    """The earlier of both clocks: a rater's that is ahead makes no session late."""
    return min(min(moment(one.answer.started), _came(one.answer)) for one in sitting.given)


def _came(answer: Answer) -> datetime:
    return moment(answer.received or answer.submitted)
