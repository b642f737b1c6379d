"""What the rating page's folder holds: the same bytes each time, nothing that a rater must not see."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from reports.rating import bundle
from reports.rating.model import Outcomes, Texts
from tests.reports.rating import made_study

HOSTILE = "</script><script>alert(1)</script> {{ 7 * 7 }} \u2028 \"quoted\" & 'so' <b>"


def inner(path: Path) -> dict[str, object]:
    """The JSON between the first and the last brace, as the receiver reads it."""
    text = path.read_text(encoding="utf-8")
    return dict(json.loads(text[text.index("{"):text.rindex("}") + 1]))


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (bundle.write(tmp_path / name, made_study.study()) for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert sorted(first) == sorted(path for path in (tmp_path / "one").rglob("*") if path.is_file())


def test_layout_is_what_the_receiver_serves(tmp_path: Path) -> None:
    own = made_study.study()
    names = {path.relative_to(tmp_path).as_posix() for path in bundle.write(tmp_path, own)}
    sessions = {name for name in names if name.startswith("sessions/")}
    assert sessions == {f"sessions/{one.id}.js" for one in own.sittings}
    assert all(re.fullmatch(r"[a-z]+\.(js|css|html)", name) for name in names - sessions)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'(?:src|href)="([^"]+)"', page)) - {"data:,"} == names - sessions - {"index.html"}


def test_study_and_sessions_read_back(tmp_path: Path) -> None:
    own = made_study.study()
    bundle.write(tmp_path, own)
    told = inner(tmp_path / "study.js")
    assert told["sessions"] == sorted(one.id for one in own.sittings)
    assert told["page_version"] == bundle.version()
    assert told.keys() == {field.name for field in dataclasses.fields(own)} - {"sittings"} | {
        "sessions", "page_version"}
    for one in own.sittings:
        session = tmp_path / "sessions" / f"{one.id}.js"
        assert inner(session) == json.loads(json.dumps(dataclasses.asdict(one)))
    # Sessions are known by name alone until one is opened, and trials by nothing but tokens.
    texts = (tmp_path / "study.js").read_text() + (tmp_path / "index.html").read_text()
    assert not any(trial.id in texts or one.code in texts for one in own.sittings for trial in one.trials)
    assert all(set(trial) == {"id", "left", "right"} for one in own.sittings
               for trial in inner(tmp_path / "sessions" / f"{one.id}.js")["trials"])  # type: ignore[attr-defined]


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    own = made_study.study(title=HOSTILE, texts=Texts(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE))
    bundle.write(tmp_path, own)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert page.count("</script>") == len(bundle.SCRIPTS) + 1
    assert "<" not in (tmp_path / "study.js").read_text(encoding="utf-8")
    assert inner(tmp_path / "study.js")["title"] == HOSTILE


@pytest.mark.parametrize(("receiver", "talks"), [
    ("", "'self'"), (".", "'self'"), ("https://lab.example/studies/a/", "'self' https://lab.example"),
    ("http://[::1]:8765", "'self' http://[::1]:8765"),
])
def test_policy_names_the_receiver_and_nothing_else(receiver: str, talks: str) -> None:
    policy = dict(part.strip().split(" ", 1) for part in bundle.policy(receiver).split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == talks
    assert "http" not in " ".join(rule for name, rule in policy.items() if name != "connect-src")
    assert "unsafe" not in bundle.policy(receiver)


@pytest.mark.parametrize("receiver", ["lab.example", "ftp://lab.example", "https://", "javascript:alert(1)",
                                      "https://lab.example; script-src *", "https://me@lab.example", "/api",
                                      "https://lab.example *"])
def test_a_receiver_that_is_no_address_is_refused(tmp_path: Path, receiver: str) -> None:
    with pytest.raises(ValueError, match="a receiver is"):
        bundle.write(tmp_path, made_study.study(receiver=receiver))
    assert not list(tmp_path.iterdir())


def test_page_names_no_address_and_runs_no_text_as_code(tmp_path: Path) -> None:
    own = made_study.study(outcomes=Outcomes())
    for path in bundle.write(tmp_path, own):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|innerHTML|insertAdjacentHTML|\beval\(|new Function", text), path


def test_every_script_is_listed() -> None:
    folder = Path(bundle.__file__).parent / "page"
    assert {path.name for path in folder.iterdir()} == {*bundle.SCRIPTS, bundle.STYLE, "index.html"}
