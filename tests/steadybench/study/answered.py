"""A study that exists only as a plan, and answers to it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from steadybench.study import planfile
from steadybench.study.answers import Answer
from steadybench.study.codec import plain
from steadybench.study.model import Plan, Session, Settings, Trial

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SALT = "000102030405060708090a0b0c0d0e0f"


def digest_of(name: str, digits: int = 64) -> str:
    """Some hex digits that are always the same for one name."""
    return hashlib.sha256(name.encode()).hexdigest()[:digits]


def study_plan(sessions: int = 3, trials: int = 4, instructed: int = 0) -> Plan:
    """A plan of sessions that ask about stillness; the last trials of each may be instructed checks."""
    settings = Settings("comparison", "Rivers", 1, 6, 0, trials, 2.0, "full", "")

    def trial(session: int, at: int) -> Trial:
        check = at >= trials - instructed
        return Trial(digest_of(f"trial {session} {at}", 12), "" if check else "unit", digest_of("left", 16),
                     digest_of("right", 16), "instructed" if check else "", "1" if check else "", "")

    made = tuple(
        Session(digest_of(f"session {number}", 16), "stillness",
                tuple(trial(number, at) for at in range(trials)), trials // 2)
        for number in range(sessions)
    )
    return Plan(settings, (), (), (), (), (), made, (), {}, {}, "24", (160, 96), SALT, (), ())


PLAN = study_plan()
DIGEST = planfile.digest(PLAN)


def answer(session: int = 0, at: int = 0, rater: str = "ann", plan: Plan = PLAN, **changed: object) -> Answer:
    """An answer of a rater to a trial; given an hour before :data:`NOW`, a minute a trial."""
    sitting = plan.sessions[session]
    started = NOW - timedelta(hours=1) + timedelta(minutes=at)
    made = Answer(
        planfile.digest(plan), sitting.id, digest_of(rater), sitting.trials[at].id, sitting.question,
        digest_of(f"{rater} {session} {at}", 32), "1", 900.0, 2000.0, 2000.0, 0, 0, 0.0, 48, 48,
        "1920x1080@1", 60.0, "chromium", stamp(started), stamp(started + timedelta(seconds=3)),
        digest_of("page", 16),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def stamp(moment: datetime) -> str:
    """As pages and receivers write times."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def posted(given: Answer) -> dict[str, object]:
    """An answer as the page posts it."""
    body: dict[str, object] = plain(given)
    del body["received"]
    return body


def write_lines(path: Path, *lines: str) -> Path:
    """A file of lines; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
