"""An export of the plan in ``answered``, and pages that talk to its receiver without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from reports.rating import bundle
from reports.rating.model import Asked, Outcomes, PublicStudy, Shown, Sitting, Texts
from steadybench.study import planfile
from steadybench.study.model import Plan
from steadybench.study.receiver import published
from steadybench.study.receiver.app import App
from steadybench.study.receiver.folder import opened
from steadybench.study.receiver.guard import Guard
from tests.steadybench.study.answered import DIGEST, NOW, PLAN, digest_of

CLIP = digest_of("left", 16)
CLIP_BYTES = bytes(range(256)) * 400
ALLOWED = "https://lab.example"


def write_export(folder: Path, plan: Plan = PLAN, outcomes: Outcomes | None = None) -> Path:
    """The rating page with the sessions of a plan, and files in place of clips."""
    sittings = tuple(
        Sitting(one.id, one.question, one.break_after, "",
                tuple(Shown(trial.id, trial.left, trial.right) for trial in one.trials))
        for one in plan.sessions
    )
    asked = Asked("stillness", "Which is stiller?", "Still.", CLIP, CLIP, "1", "It is.")
    bundle.write(folder, PublicStudy(
        planfile.digest(plan), "Rivers", (asked,), sittings, Texts("", "", "", "", ""),
        outcomes or Outcomes(), plan.canvas, 24.0, 24.0, 5, ".", plan.rater_salt, {CLIP: 2.0},
    ))
    (folder / "clips").mkdir(exist_ok=True)
    (folder / "clips" / f"{CLIP}.mp4").write_bytes(CLIP_BYTES)
    return folder


def codes_in(answers: Path) -> dict[str, str]:
    """Completion codes that a receiver noted in its folder, by session."""
    lines = map(json.loads, (answers / "receiver/claims.jsonl").read_text().splitlines())
    return {line["session_id"]: line["code"] for line in lines if line["event"] == "finish"}


@dataclass
class Page:
    """One rater's page."""

    client: Client
    rater: str
    ticket: str = ""
    session: str = ""

    def post(self, call: str, body: object) -> tuple[int, dict[str, Any]]:
        """Post JSON and give status and body."""
        reply = self.client.post(f"/api/{call}", data=json.dumps(body), content_type="application/json")
        return reply.status_code, json.loads(reply.data)

    def claim(self, session: str = "") -> tuple[int, dict[str, Any]]:
        """Claim a session and keep its ticket."""
        status, body = self.post("claim", {
            "study_digest": DIGEST, "session_id": session, "rater_digest": digest_of(self.rater)})
        if status == 200:
            self.ticket, self.session = body["ticket"], body["session_id"]
        return status, body

    def send(self, *answers: object) -> tuple[int, dict[str, Any]]:
        """Post answers under the ticket."""
        return self.post("answers", {"ticket": self.ticket, "answers": answers})

    def finish(self, outcome: str = "finished") -> tuple[int, dict[str, Any]]:
        """End the session."""
        return self.post("finish", {"ticket": self.ticket, "outcome": outcome})


@dataclass
class House:
    """A receiver in this process, whose clock the test sets."""

    client: Client
    answers: Path
    now: list[datetime]
    said: list[str] = field(default_factory=list)

    def page(self, rater: str) -> Page:
        """Somebody opens the page."""
        return Page(self.client, rater)

    def lines(self, session: str, folder: str = "") -> list[dict[str, Any]]:
        """What the session's file holds."""
        path = self.answers / folder / f"{session}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def codes(self) -> dict[str, str]:
        """Completion codes that were noted, by session."""
        return codes_in(self.answers)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask for a file."""
        return self.client.get(path, headers=headers, buffered=True)


@contextmanager
def receiver(folder: Path, hours: float = 2.0) -> Iterator[House]:
    """Serve ``folder/export`` into ``folder/answers``; both are made where they do not exist."""
    export = folder / "export"
    if not export.exists():
        write_export(export)
    study = published.load(export)
    now, said = [NOW], list[str]()
    with opened(folder / "answers", study, timedelta(hours=hours), said.append, lambda: now[0]) as desk:
        app = App(study, desk, Guard(frozenset({ALLOWED}), frozenset({"lab.example"})), said.append)
        yield House(Client(app), folder / "answers", now, said)
