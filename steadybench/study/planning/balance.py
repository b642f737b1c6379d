"""How evenly a plan treats systems, pairs, prompts and sessions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.csvtext import csv_text
from reports.text import count
from steadybench.study.model import Plan, Session, Trial, Unit

BALANCE, TRIALS = "balance.csv", "plan.csv"
COLUMNS = ("question", "what", "name", "units", "votes", "left", "right", "prompts", "sessions")
"""``left`` and ``right``: votes with the system, or the first of a pair, on that side."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the balance table; empty where a column says nothing."""

    question: str
    what: str
    """``system``, ``pair``, ``prompt`` or ``session``."""
    name: str
    """Tokens; of a session also the system that the line is about."""
    units: int
    votes: int
    left: int | str = ""
    right: int | str = ""
    prompts: int | str = ""
    sessions: int | str = ""


@dataclass(frozen=True, slots=True)
class _Vote:
    unit: Unit
    session: Session
    first_left: bool


def rows(plan: Plan) -> list[Row]:
    """The balance table of a plan: judgements only, without checks and repeats."""
    units = {unit.id: unit for unit in plan.units}
    found = []
    for question in plan.questions:
        votes = [_Vote(units[trial.unit], session, trial.left == units[trial.unit].first_clip)
                 for session in plan.sessions if session.question == question.id
                 for trial in session.trials if not trial.check]
        found += [*_of_systems(plan, votes), *_of_pairs(votes), *_of_prompts(plan, votes),
                  *_of_sessions(plan, votes)]
    return found


def _of_systems(plan: Plan, votes: Sequence[_Vote]) -> Iterator[Row]:
    for name in plan.systems:
        own = [vote for vote in votes if name in (vote.unit.first, vote.unit.second)]
        if own:
            left = sum((vote.unit.first == name) == vote.first_left for vote in own)
            yield _row("system", name, own, left)


def _of_pairs(votes: Sequence[_Vote]) -> Iterator[Row]:
    pairs: dict[tuple[str, str], list[_Vote]] = defaultdict(list)
    for vote in votes:
        pairs[min(vote.unit.first, vote.unit.second), max(vote.unit.first, vote.unit.second)].append(vote)
    for (first, second), own in sorted(pairs.items()):
        left = sum((vote.unit.first == first) == vote.first_left for vote in own)
        yield _row("pair", f"{first} {second}", own, left)


def _of_prompts(plan: Plan, votes: Sequence[_Vote]) -> Iterator[Row]:
    for name in plan.prompts:
        own = [vote for vote in votes if vote.unit.prompt == name]
        if own:
            yield Row(own[0].unit.question, "prompt", name, len({v.unit.id for v in own}), len(own),
                      sessions=len({vote.session.id for vote in own}))


def _of_sessions(plan: Plan, votes: Sequence[_Vote]) -> Iterator[Row]:
    sessions: dict[str, list[_Vote]] = defaultdict(list)
    for vote in votes:
        sessions[vote.session.id].append(vote)
    for session, own in sorted(sessions.items()):
        for name in plan.systems:
            met = [vote for vote in own if name in (vote.unit.first, vote.unit.second)]
            left = sum((vote.unit.first == name) == vote.first_left for vote in met)
            yield Row(own[0].unit.question, "session", f"{session} {name}", len({v.unit.id for v in met}),
                      len(met), left, len(met) - left, len({vote.unit.prompt for vote in met}))


def _row(what: str, name: str, own: Sequence[_Vote], left: int) -> Row:
    return Row(own[0].unit.question, what, name, len({vote.unit.id for vote in own}), len(own), left,
               len(own) - left, len({vote.unit.prompt for vote in own}),
               len({vote.session.id for vote in own}))


def worst(table: Sequence[Row]) -> list[str]:
    """The largest imbalances of a balance table, in words."""
    systems, pairs, sessions = ([row for row in table if row.what == what]
                                for what in ("system", "pair", "session"))
    votes = [_range(row.votes for row in own) for own in (systems, pairs)]
    told = [f"Votes a system: {votes[0]}; a pair: {votes[1]}."]
    off = max((abs(int(row.left) - int(row.right)) for row in (*systems, *pairs)), default=0)
    apart = f"at most {count(off, 'vote')} apart" if off else "as many votes each way"
    told.append(f"Left against right: {apart} for every system and pair.")
    met: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in sessions:
        met[row.question, row.name.split()[0]].append(row.votes)
    spread = Counter(max(own) - min(own) for own in met.values())
    told.append(f"Times that one system is shown more often than another in its session: {_counted(spread)}.")
    return told


def _range(values: Iterator[int]) -> str:
    found = list(values)
    low, high = min(found, default=0), max(found, default=0)
    return str(low) if low == high else f"{low} to {high}"


def _counted(spread: Mapping[int, int]) -> str:
    return ", ".join(f"{apart} in {count(held, 'session')}" for apart, held in sorted(spread.items()))


def balance_csv(table: Sequence[Row]) -> str:
    """``balance.csv``."""
    return csv_text(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in table))


def trials_csv(plan: Plan) -> str:
    """``plan.csv``: every trial in its place, from 1."""
    names = ("trial_id", "session_id", "position", "question_id", "left_token", "right_token", "is_check",
             "check_kind")  # fmt: skip
    return csv_text(names, (_line(session, place, trial) for session in plan.sessions
                        for place, trial in enumerate(session.trials, 1)))


def _line(session: Session, place: int, trial: Trial) -> list[object]:
    return [trial.id, session.id, place, session.question, trial.left, trial.right, int(bool(trial.check)),
            trial.check]
