"""What is heard and shown at all: files of the export alone, and posts of its own page alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from steadybench.errors import InputError
from steadybench.study.receiver import published
from steadybench.study.receiver.guard import LARGEST
from tests.steadybench.study.answered import DIGEST, PLAN, answer, digest_of, posted
from tests.steadybench.study.served import ALLOWED, CLIP, CLIP_BYTES, House, receiver

SESSION = PLAN.sessions[0].id
CLAIM = {"study_digest": DIGEST, "session_id": "", "rater_digest": digest_of("ann")}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("served")
    with receiver(folder) as made:
        _plant(folder / "export", folder / "outside")
        yield made


def _plant(export: Path, outside: Path) -> None:
    """Things that lie in the export's folder and are not of the export."""
    for file in (outside, export / "key.json", export / "notes.txt", export / ".hidden.js"):
        file.write_text("secret")
    (export / "linked.js").symlink_to(outside)
    (export / "clips" / f"{'a' * 16}.mp4").symlink_to(outside)
    (export / "folder.js").mkdir()
    os.mkfifo(export / "pipe.js")


def call(house: House, **more: object) -> tuple[int, dict[str, str]]:
    given = {"data": json.dumps(CLAIM), "content_type": "application/json", **more}
    reply = house.client.post("/api/claim", **given)
    return reply.status_code, json.loads(reply.data)


@pytest.mark.parametrize("path", ["/", "/index.html", "/page.css", "/study.js", "/index.html?PROLIFIC_PID=1",
                                  f"/sessions/{SESSION}.js", f"/clips/{CLIP}.mp4"])
def test_files_of_the_export(path: str, house: House) -> None:
    reply = house.get(path)
    assert reply.status_code == 200 and reply.data
    head = house.client.head(path)
    assert head.status_code == 200 and not head.data and head.content_length == len(reply.data)
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "Cache-Control" in reply.headers and "Access-Control-Allow-Origin" not in reply.headers


def test_ranges(house: House) -> None:
    reply = house.get(f"/clips/{CLIP}.mp4", Range="bytes=100-199")
    assert reply.status_code == 206 and reply.data == CLIP_BYTES[100:200]
    assert reply.headers["Content-Range"] == f"bytes 100-199/{len(CLIP_BYTES)}"
    assert house.get(f"/clips/{CLIP}.mp4", Range="bytes=999999-").status_code == 416
    assert house.get(f"/clips/{CLIP}.mp4").headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("path", [
    "/sessions", "/sessions/", "/clips/", "/../answers/receiver/secret", "/%2e%2e/answers/receiver/secret",
    "/clips/../index.html", "/clips/%2e%2e%2findex.html", "/.hidden.js", "/key.json", "/notes.txt",
    "//etc/passwd", "/index.html/", "/index.html%00", "/index.html%0a", f"/clips/{CLIP.upper()}.mp4",
    f"/clips/{'0' * 16}.mp4", "/linked.js", f"/clips/{'a' * 16}.mp4", "/folder.js", "/pipe.js",
    "/api", "/api/", "/api/claims",
])
def test_nothing_else_is_shown(path: str, house: House) -> None:
    reply = house.get(path)
    assert reply.status_code == 404 and json.loads(reply.data)["reason"] == "path"
    assert b"secret" not in reply.data


def test_wrong_method(house: House) -> None:
    for method, path, allow in (
        ("POST", "/index.html", "GET, HEAD"), ("PUT", f"/clips/{CLIP}.mp4", "GET, HEAD"),
        ("GET", "/api/claim", "POST, OPTIONS"), ("DELETE", "/api/answers", "POST, OPTIONS"),
    ):
        reply = house.client.open(path, method=method)
        assert reply.status_code == 405 and reply.headers["Allow"] == allow


@pytest.mark.parametrize("data", [b" ", b"{", b"[]", b'"text"', b"\xff{}", b"[" * 100_000, b"null"])
def test_malformed(data: bytes, house: House) -> None:
    status, body = call(house, data=data)
    assert status == 400 and body["reason"] == "malformed" and body["error"]


@pytest.mark.parametrize("changed", [
    {"study_digest": None}, {"session_id": 7}, {"rater_digest": "ann"}, {"rater_digest": "A" * 64},
    {"rater_digest": "../" * 21 + "a"},
])
def test_malformed_claim(changed: dict[str, object], house: House) -> None:
    assert call(house, data=json.dumps({**CLAIM, **changed}))[0] == 400


def test_malformed_answers(house: House) -> None:
    page = house.page("ann")
    page.claim()
    for answers in (None, {}, [], [posted(answer())] * 101):
        status, body = page.post("answers", {"ticket": page.ticket, "answers": answers})
        assert status == 400 and "1 to 100" in body["error"]


def test_claim_of_another_study(house: House) -> None:
    status, body = call(house, data=json.dumps({**CLAIM, "study_digest": "0" * 64}))
    assert status == 422 and body["reason"] == "study"


def test_wrong_kind_and_size(house: House) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert call(house, content_type=kind)[0] == 415
    assert call(house, content_type="application/json; charset=utf-8")[0] == 200
    status, body = call(house, data=b" " * (LARGEST + 1))
    assert status == 413 and body["reason"] == "size"


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost:1"},
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, {"Origin": "file://localhost"},
])
def test_cross_site_is_refused(headers: dict[str, str], house: House) -> None:
    status, body = call(house, headers=headers)
    assert status == 403 and body["reason"] == "origin"
    reply = house.client.options("/api/claim", headers=headers)
    assert reply.status_code == 403 and "Access-Control-Allow-Origin" not in reply.headers


@pytest.mark.parametrize("headers", [
    {}, {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"},
    {"Origin": ALLOWED, "Sec-Fetch-Site": "cross-site"},
])
def test_own_and_allowed_pages_are_heard(headers: dict[str, str], house: House) -> None:
    assert call(house, headers=headers)[0] == 200


def test_preflight_of_an_allowed_site(house: House) -> None:
    reply = house.client.options("/api/claim", headers={"Origin": ALLOWED, "Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 204 and reply.headers["Access-Control-Allow-Origin"] == ALLOWED
    assert reply.headers["Access-Control-Allow-Headers"] == "Content-Type"
    refused = house.client.post("/api/claim", data=b"{", content_type="application/json",
                                headers={"Origin": ALLOWED})
    assert refused.status_code == 400 and refused.headers["Access-Control-Allow-Origin"] == ALLOWED


@pytest.mark.parametrize(("host", "status"), [
    ("evil.example", 421), ("evil.example:8765", 421), ("localhost.evil.example", 421), ("", 421),
    ("localhost:8765", 200), ("127.0.0.1:8765", 200), ("[::1]:8765", 200), ("10.1.2.3", 200),
    ("lab.example", 200),
])
def test_foreign_names_are_not_answered_to(host: str, status: int, house: House) -> None:
    assert house.get("/index.html", Host=host).status_code == status
    assert call(house, headers={"Host": host, "Origin": f"http://{host}"})[0] == status


def test_damaged_export_names_every_fault(tmp_path: Path) -> None:
    with receiver(tmp_path):
        pass
    export = tmp_path / "export"
    (export / "sessions" / f"{SESSION}.js").write_text("steadySession({")
    (export / "study.js").unlink()
    with pytest.raises(InputError, match=f"study.js.*{SESSION}"):
        published.load(export)


def test_session_under_another_name_is_damage(tmp_path: Path) -> None:
    with receiver(tmp_path):
        pass
    sessions = tmp_path / "export" / "sessions"
    (sessions / f"{'f' * 16}.js").write_bytes((sessions / f"{SESSION}.js").read_bytes())
    with pytest.raises(InputError, match=f"ffff.js is missing or damaged.*names session {SESSION}"):
        published.load(tmp_path / "export")
