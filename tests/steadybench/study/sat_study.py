"""Made-up raters for a made plan: what each of them answers is for the test to say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from steadybench.study import codec, planfile
from steadybench.study.answers import Answer
from steadybench.study.model import Plan, Session, Trial, Unit

START = datetime(2025, 3, 1, 9)
Choose = Callable[[Plan, Unit, Trial, int], str]
"""From plan, unit, trial and the number of the rater to ``1``, ``2``, ``tie`` or ``unable``."""


def digits(*parts: object, length: int = 64) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:length]


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def by_order(plan: Plan, unit: Unit, trial: Trial, rater: int) -> str:
    """The smaller token is better; every fifth judgement is a tie, every sixth the other way."""
    turn = int(digits(unit.id, rater, length=8), 16)
    if turn % 5 == 0:
        return "tie"
    better = min(unit.first, unit.second) if turn % 6 else max(unit.first, unit.second)
    return "1" if trial.left == (unit.first_clip if unit.first == better else unit.second_clip) else "2"


def sit(plan: Plan, choose: Choose = by_order, raters: int = 0) -> list[Answer]:
    """One rater a session, or so many raters in turn; checks are answered rightly, repeats as before."""
    digest, units = planfile.digest(plan), {unit.id: unit for unit in plan.units}
    found = []
    for number, session in enumerate(plan.sessions):
        rater = number % raters if raters else number
        for place, trial in enumerate(session.trials):
            slot = trial.answer or choose(plan, units[trial.unit], trial, rater)
            found.append(_answer(digest, session, place, slot, rater))
    return found


def _answer(digest: str, session: Session, place: int, slot: str, rater: int) -> Answer:
    begun = START + timedelta(minutes=place, seconds=rater)
    return Answer(
        digest, session.id, digits("rater", rater), session.trials[place].id, session.question,
        digits(session.id, place, rater, length=32), slot, 900.0 + 7 * place, 2050.0, 2000.0,  # type: ignore[arg-type]
        0, 0, 0.0, 32, 32, "1920x1080@1", 60.0, "chromium", stamp(begun), stamp(begun + timedelta(seconds=4)),
        digits("page", length=16),
    )


def changed(answers: Iterable[Answer], where: Callable[[Answer], bool], **new: object) -> list[Answer]:
    """The same answers, some of them with other fields."""
    return [replace(one, **new) if where(one) else one for one in answers]  # type: ignore[arg-type]


def write(answers: Iterable[Answer], folder: Path) -> Path:
    """Files as a receiver leaves them."""
    lines: dict[str, list[str]] = {}
    for one in answers:
        lines.setdefault(one.session_id, []).append(line(one))
    return write_lines(lines, folder)


def write_lines(lines: Mapping[str, list[str]], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for session, own in lines.items():
        (folder / f"{session}.jsonl").write_text("".join(own))
    return folder


def line(one: Answer) -> str:
    return json.dumps(codec.plain(one), sort_keys=True) + "\n"
