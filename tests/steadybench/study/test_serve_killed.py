"""The receiver as a process: fifty raters at once, killed again and again."""

from __future__ import annotations

import http.client
import json
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from steadybench.study import planfile
from steadybench.study.gathering.gather import gather
from tests.steadybench.study.answered import NOW, answer, digest_of, posted, study_plan
from tests.steadybench.study.served import CLIP, CLIP_BYTES, codes_in, write_export

RATERS = 50
TRIALS = 12
KILLS = 4
PLAN = study_plan(RATERS, TRIALS)
PATIENCE = 120.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def serve(folder: Path, port: int) -> list[str]:
    """The command that serves ``folder/export``."""
    return [sys.executable, "-m", "steadybench.cli", "study", "serve", str(folder / "export"), "--answers",
            str(folder / "answers"), "--port", str(port)]


@dataclass
class Server:
    """The receiver's process, started as often as it dies."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    said: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start and wait until it serves."""
        self.process = subprocess.Popen(serve(self.folder, self.port), stderr=subprocess.PIPE)
        assert self.process.stderr
        for line in self.process.stderr:
            self.said.append(line.decode())
            if b"Serving" in line:
                threading.Thread(target=self._drain, args=(self.process.stderr,), daemon=True).start()
                return
        raise AssertionError(self.said)

    def end(self, how: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def _drain(self, stream: Any) -> None:
        with stream:
            self.said.extend(line.decode() for line in stream)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    write_export(tmp_path / "export", PLAN)
    made = Server(tmp_path, free_port())
    made.start()
    yield made
    if made.process and made.process.poll() is None:
        made.end(signal.SIGKILL)


def post(port: int, call: str, body: object, **headers: str) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", f"/api/{call}", json.dumps(body),
                           {"Content-Type": "application/json", **headers})
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())
    finally:
        connection.close()


class Rater(threading.Thread):
    """A page that posts until it is told that everything is kept."""

    def __init__(self, number: int, port: int) -> None:
        super().__init__(daemon=True)
        self.name, self.port = f"rater {number}", port
        self.random = random.Random(number)
        self.confirmed: list[str] = []
        self.faults: list[str] = []
        self.code = ""
        self.session = ""

    def run(self) -> None:
        with suppress(AssertionError, TimeoutError):
            self._take_part()

    def _take_part(self) -> None:
        body = {"study_digest": planfile.digest(PLAN), "session_id": "", "rater_digest": digest_of(self.name)}
        claim = self._patiently("claim", body)
        self.session, ticket = claim["session_id"], claim["ticket"]
        index = next(at for at, one in enumerate(PLAN.sessions) if one.id == self.session)
        queue = [posted(answer(index, at, self.name, PLAN)) for at in range(TRIALS)]
        while queue:
            batch = queue[: self.random.randint(1, 3)]
            kept = self._patiently("answers", {"ticket": ticket, "answers": batch})["kept"]
            self.confirmed += kept
            queue = [one for one in queue if one["answer_id"] not in kept]
            time.sleep(self.random.uniform(0.02, 0.2))
        self.code = self._patiently("finish", {"ticket": ticket, "outcome": "finished"})["code"]

    def _patiently(self, call: str, body: object) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                status, told = post(self.port, call, body)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(self.random.uniform(0.05, 0.15))
                continue
            if status == 200:
                return told
            self.faults.append(f"{call}: {status} {told}")
            raise AssertionError(call)
        self.faults.append(f"{call}: no answer")
        raise TimeoutError(call)


def test_nothing_confirmed_is_lost_and_nothing_kept_twice(server: Server) -> None:
    raters = [Rater(number, server.port) for number in range(RATERS)]
    for rater in raters:
        rater.start()
    dice = random.Random(7)
    cut_short = 0
    for _ in range(KILLS):
        time.sleep(dice.uniform(0.1, 0.5))
        cut_short += any(rater.is_alive() for rater in raters)
        server.end(signal.SIGKILL)
        server.start()
    for rater in raters:
        rater.join(PATIENCE)
    assert [fault for rater in raters for fault in rater.faults] == []
    assert cut_short >= 2, "the raters were done before the receiver was killed"
    assert sorted(rater.session for rater in raters) == sorted(session.id for session in PLAN.sessions)
    assert {rater.session: rater.code for rater in raters} == codes_in(server.folder / "answers")
    lines = Counter(json.loads(line)["answer_id"] for session in PLAN.sessions
                    for line in (server.folder / "answers" / f"{session.id}.jsonl").read_text().splitlines())
    assert lines == Counter(name for rater in raters for name in rater.confirmed)
    assert set(lines.values()) == {1} and len(lines) == RATERS * TRIALS
    made = gather([server.folder / "answers"], PLAN, planfile.digest(PLAN), None, NOW + timedelta(days=3650))
    assert len(made.answers) == RATERS * TRIALS and made.aside == ()


def test_process_says_nothing_of_itself_and_stops_when_told(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", f"/clips/{CLIP}.mp4", headers={"Range": "bytes=0-9"})
    reply = connection.getresponse()
    assert (reply.status, reply.read()) == (206, CLIP_BYTES[:10]) and reply.getheader("Server") is None
    connection.request("GET", "/%2e%2e/answers/receiver/secret")
    assert connection.getresponse().status == 404
    connection.close()
    assert post(server.port, "claim", {}, Origin="https://evil.example")[0] == 403
    assert post(server.port, "claim", {"x": "y" * 300_000})[0] == 413
    connection.request("POST", "/api/claim", b"x", {"Content-Length": str(1 << 30)})
    assert connection.getresponse().status == 413
    connection.close()
    second = subprocess.run(
        serve(server.folder, 0), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert second.returncode == 2 and re.search("Another receiver keeps answers", second.stderr)
    assert server.end(signal.SIGTERM) == 0
