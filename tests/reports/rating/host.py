"""A web host for the rating page, with a receiver, both as unreliable as a test wants them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".mp4": "video/mp4"}


@dataclass
class Host:
    """What it holds, what it was asked, and how it misbehaves."""

    folder: Path
    sessions: list[str]
    trials: dict[str, list[str]]
    address: str = ""
    broken: set[str] = field(default_factory=set)
    """Paths that are answered by 500."""
    pace: dict[str, float] = field(default_factory=dict)
    """Seconds that a file takes, by path."""
    down: bool = False
    """The receiver answers 503."""
    refuses: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    """Replies by the name of a call, in place of what it does."""
    forgets_replies: int = 0
    """So many posts of answers are kept, but their reply never arrives."""
    asked: list[str] = field(default_factory=list)
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    claims: dict[str, str] = field(default_factory=dict)
    kept: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Answers by session and answer id."""
    finished: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answers(self, session: str) -> list[dict[str, Any]]:
        return list(self.kept.get(session, {}).values())

    def reply(self, call: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What the receiver says to a call, as the API has it."""
        with self.lock:
            self.posts.append((call, body))
            if self.down:
                return 503, {"error": "Down.", "reason": "internal"}
            if call in self.refuses:
                return self.refuses[call]
            return getattr(self, f"_{call}")(body)

    def _claim(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        rater = body["rater_digest"]
        free = [one for one in self.sessions if one not in self.claims.values()]
        session = self.claims.setdefault(rater, body["session_id"] or free[0])
        done = [answer["trial_id"] for answer in self.answers(session)]
        return 200, {"session_id": session, "ticket": f"{session}.{rater[:8]}", "answered": done,
                     "state": "finished" if session in self.finished else "open"}

    def _answers(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        session, _, rater = body["ticket"].partition(".")
        if not any(own == session and name[:8] == rater for name, own in self.claims.items()):
            return 403, {"error": "This ticket is not known.", "reason": "ticket"}
        if session in self.withdrawn:
            return 410, {"error": "Withdrawn.", "reason": "withdrawn"}
        own = self.kept.setdefault(session, {})
        trials = {one["trial_id"]: name for name, one in own.items()}
        refused = []
        for answer in body["answers"]:
            if trials.get(answer["trial_id"], answer["answer_id"]) != answer["answer_id"]:
                refused.append({"answer_id": answer["answer_id"], "trial_id": answer["trial_id"],
                                "reason": "conflict", "error": "There is another answer."})
            else:
                own[answer["answer_id"]] = answer
        kept = [one["answer_id"] for one in body["answers"] if one["answer_id"] in own]
        if self.forgets_replies:
            self.forgets_replies -= 1
            return 0, {}
        told = {"kept": kept, "refused": refused}
        return (409, {"error": "Refused.", "reason": "refused", **told}) if refused else (200, told)

    def _finish(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        session = body["ticket"].split(".")[0]
        done = {answer["trial_id"] for answer in self.answers(session)}
        missing = [trial for trial in self.trials[session] if trial not in done]
        if body["outcome"] == "finished" and missing:
            return 409, {"error": "Answers are missing.", "reason": "missing", "missing": missing}
        self.finished[session] = body["outcome"]
        return 200, {"code": "C0DEC0DE" if body["outcome"] == "finished" else ""}

    def _withdraw(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        session = body["ticket"].split(".")[0]
        self.withdrawn.add(session)
        return 200, {"deleted": len(self.kept.pop(session, {}))}


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            parts = 10
            for i in range(parts):
                self.wfile.write(body[len(body) * i // parts:len(body) * (i + 1) // parts])
                time.sleep(host.pace.get(self.path, 0.0) / parts)

        def do_GET(self) -> None:
            host.asked.append(self.path)
            name = self.path.partition("?")[0].lstrip("/") or "index.html"
            path = host.folder / name
            if self.path in host.broken:
                self.send(500, "text/plain", b"broken")
            elif self.path == "/favicon.ico":  # asked for where a script is opened as a page
                self.send(200, "image/x-icon", b"")
            elif path.is_file():
                self.send(200, KINDS[path.suffix], path.read_bytes())
            else:
                self.send(404, "text/plain", b"none")

        def do_POST(self) -> None:
            host.asked.append(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.headers["Content-Type"] == "application/json"
            status, told = host.reply(self.path.rpartition("/")[2], body)
            if status:
                self.send(status, "application/json", json.dumps(told).encode())
            else:
                self.close_connection = True

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves ends what it was reading; that is no fault."""


@contextmanager
def hosting(folder: Path, sittings: Any) -> Iterator[Host]:
    """Serve a folder on a free port of this machine."""
    host = Host(folder, [one.id for one in sittings],
                {one.id: [trial.id for trial in one.trials] for one in sittings})
    server = _Server(("127.0.0.1", 0), _handler(host))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    host.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
