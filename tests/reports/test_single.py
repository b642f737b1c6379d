"""One file that holds all but the clips: nothing outside is asked for, every link inside arrives."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest

from reports.build import build
from reports.modes import Mode
from reports.single.pages import part_of
from reports.single.styles import scoped
from tests.reports import made
from tests.reports.reader import chromium

HOSTILE = '</script><script>alert("1")</script> & "quoted" \u202e <img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("single")
    build(made.story_report(where), where / "report", mode=Mode(single_file=True))
    return where / "report.html"


@pytest.fixture(scope="module")
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_sheet_speaks_of_its_own_pages() -> None:
    sheet = """/* a, b { } */ .x, #bar .y:not(.a, .b) { color: red; } main button { top: 0 }
    @media print { h1 { color: #123456 } }"""
    assert scoped(sheet, ".p", ids=True) == (
        '.p .x,.p [data-id="bar"] .y:not(.a, .b){color: red;}\n'
        ".p button{top: 0}\n@media print{.p h1{color: #123456}\n}\n")


def test_links_pictures_and_places_lead_inside() -> None:
    source = """<head><title>T</title><link rel="stylesheet" href="../assets/prompt.css"></head><body>
    <header><h1 id="a">x &amp; y</h1></header><main id="main">
    <a href="../method/m.html#k">m</a><a href="#a">a</a><a href="../pair.html#a=1">pair</a>
    <a href="https://example.org/?a=1&amp;b=2">out</a><img src="../clips/k.jpg" alt="&lt;"><img src="x">
    <video src="x">nothing</video><table><tr><td headers="a">1<td>2</table><svg><path d="M0"/></svg>
    </main></body>"""
    found = part_of("prompt/p.html", source, ["prompt/p.html", "method/m.html"],
                    lambda name: "data:x" if name == "clips/k.jpg" else "")
    assert (found.title, found.styles) == ("T", ["prompt.css"])
    assert found.head == '<h1 id="prompt/p.html~a" data-id="a">x &amp; y</h1>'
    lines = [line.strip() for line in found.body.strip().splitlines()]
    assert lines == [
        '<a href="#method/m.html~k">m</a><a href="#prompt/p.html~a">a</a><a>pair</a>',
        '<a href="https://example.org/?a=1&amp;b=2">out</a><img src="data:x" alt="&lt;">',
        '<table><tr><td headers="prompt/p.html~a">1<td>2</table><svg><path d="M0"/></svg>',
    ]


def test_every_link_arrives_and_no_place_is_there_twice(text: str) -> None:
    places = Counter(re.findall(r'<[^>]*? id="([^"]+)"', text))
    assert [place for place, n in places.items() if n > 1] == []
    links = set(re.findall(r'<a [^>]*?href="#([^"]+)"', text))
    assert len(links) > 10
    assert links - set(places) == set()


def test_pages_and_stills_are_there_once_and_nothing_else_is_asked_for(text: str) -> None:
    assert len(re.findall(r'src="data:image/jpeg', text)) == len(made.STORIES)
    assert re.findall(r'(?:src|poster)="(?!data:)[^"]*"', text) == []
    assert "<video" not in text and "<link" not in text
    for name in ("index.html", "picks.html", "prompt/p0.html"):
        assert f'id="{name}"' in text
    assert "holds for 3.0 s" in text and "too little still ground" in text


def test_the_policy_names_these_very_scripts_and_styles(text: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None and "file:" not in policy[1] and "'self'" not in policy[1]
    parts = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", text, re.DOTALL)
    assert len(parts) == 3
    for part in parts:
        assert base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() in policy[1]


def test_markup_in_names_stays_text_and_bytes_stay_the_same(tmp_path: Path) -> None:
    clip = made.entry(HOSTILE, made.write_clip(tmp_path / "a.mp4", 0.5), method=HOSTILE, prompt=HOSTILE,
                      prompt_id="p", seed=0)
    data = made.report_input([clip], made.results(made.rows(clip, made.all_held(0.5, drift=HOSTILE))))
    found = []
    for turn in ("one", "two"):
        build(data, tmp_path / turn / "report", mode=Mode(single_file=True))
        found.append((tmp_path / turn / "report.html").read_bytes())
    assert found[0] == found[1]
    told = found[0].decode()
    assert "<script>alert" not in told and "<img src=x" not in told
    assert "&lt;img src=x onerror=alert(2)&gt;" in told


def test_a_plain_report_writes_no_such_file(tmp_path: Path) -> None:
    build(made.story_report(tmp_path), tmp_path / "report")
    assert not (tmp_path / "report.html").exists()


@pytest.mark.browser
def test_it_opens_alone_and_is_read_without_scripts(path: Path, tmp_path: Path) -> None:
    alone = tmp_path / "mailed.html"
    alone.write_bytes(path.read_bytes())
    with chromium() as browser:
        for scripts in (True, False):
            with browser.new_context(java_script_enabled=scripts) as context:
                page = context.new_page()
                asked: list[str] = []
                faults: list[str] = []
                page.on("request", lambda request, asked=asked: asked.append(request.url))
                page.on("console", lambda line, faults=faults: faults.append(line.text))
                page.on("pageerror", lambda fault, faults=faults: faults.append(str(fault)))
                page.goto(alone.as_uri())
                assert [url for url in asked if not url.startswith("data:")] == [alone.as_uri()]
                assert faults == []
                for heading in ("Best, worst and random clips", "p0", "What this does not show"):
                    assert page.get_by_role("heading", name=heading, exact=True).first.is_visible()
                assert page.locator(".strip img").first.evaluate("(still) => still.naturalHeight") == 96
                page.locator('.each a, a[href^="#prompt/"]').first.click()
                assert page.url.startswith(f"{alone.as_uri()}#prompt/")
