"""A hub on this machine that speaks as much of the Hugging Face hub's language as a download needs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from generators.wan import digests

COMMIT = "c" * 40
"""The newest commit of every repository."""


class Hub:
    """Files by (repo, revision, path); counts what it was asked and can misbehave."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str, str], bytes] = {}
        self.asked: list[str] = []
        self.cut = 0
        """Bytes after which the next answer breaks off; 0 for never."""
        self.lies = False
        """Whether other bytes come than the tag says."""
        self.small = False
        """Whether files are tagged like small ones, with git's SHA-1."""
        self.refuses = 0
        """Status to answer everything with."""
        self.address = ""

    def put(self, repo: str, path: str, body: bytes, revision: str = "") -> None:
        """Add a file at a revision and at the newest commit."""
        for name in {revision or "main", "main", COMMIT}:
            self.files[repo, name, path] = body

    def tag(self, body: bytes) -> str:
        """What the hub calls this content."""
        if self.small:
            return hashlib.sha1(f"blob {len(body)}\0".encode() + body).hexdigest()
        return hashlib.sha256(body).hexdigest()


def handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(send=False)

        def do_GET(self) -> None:
            self.answer(send=True)

        def answer(self, *, send: bool) -> None:
            place = unquote(self.path.partition("?")[0]).strip("/")
            if not place.startswith("api/models/") and "/resolve/" not in place:
                self.fail(404, "")
                return
            hub.asked.append(f"{self.command} {place} {self.headers.get('Range', '')}".strip())
            if hub.refuses:
                self.fail(hub.refuses, "")
            elif place.startswith("api/models/"):
                self.siblings(place)
            else:
                self.file(place, send=send)

        def siblings(self, place: str) -> None:
            repo = "/".join(place.split("/")[2:4])
            names = sorted({path for owner, _, path in hub.files if owner == repo})
            told = {"id": repo, "sha": COMMIT, "siblings": [{"rfilename": name} for name in names]}
            entries = [{"type": "file", "path": name, "size": 1, "oid": "0" * 40} for name in names]
            body = json.dumps(entries if "/tree/" in place else told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def file(self, place: str, *, send: bool) -> None:
            owner, name, _, revision, path = place.split("/", 4)
            repo = f"{owner}/{name}"
            if not any(key[0] == repo for key in hub.files):
                return self.fail(404, "RepoNotFound")
            if not any(key[:2] == (repo, revision) for key in hub.files):
                return self.fail(404, "RevisionNotFound")
            body = hub.files.get((repo, revision, path))
            if body is None:
                return self.fail(404, "EntryNotFound")
            first = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
            self.send_response(206 if first else 200)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hub.tag(body)}"')
            self.send_header("Content-Length", str(len(body) - first))
            if first:
                self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
            self.end_headers()
            if send:
                rest = (body[::-1] if hub.lies else body)[first:]
                self.wfile.write(rest[: hub.cut] if hub.cut else rest)
                hub.cut = 0
            return None

        def fail(self, status: int, code: str) -> None:
            self.send_response(status)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has
            pass

    return Handler


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models, an empty cache of the hub's library, and an empty home."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("STEADYBENCH_MODELS", str(tmp_path / "models"))
    for name in ("STEADYBENCH_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(digests, "_read", {})
    monkeypatch.setattr(digests, "_believes_disk", True)
    return tmp_path / "models"


@pytest.fixture
def hub(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub on the loopback interface, which the hub's library talks to; gone after the test."""
    import huggingface_hub
    from huggingface_hub import constants

    told = Hub()
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler(told))
    told.address = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    template = constants.HUGGINGFACE_CO_URL_TEMPLATE.removeprefix(constants.ENDPOINT)
    monkeypatch.setattr(constants, "ENDPOINT", told.address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", told.address + template)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    huggingface_hub.close_session()  # a session keeps the proxies of the environment that it was opened in
    yield told
    huggingface_hub.close_session()
    http.shutdown()
    thread.join()
    http.server_close()
