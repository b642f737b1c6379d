"""The written folder: the same bytes each time, everything escaped, nothing invented for what is missing."""

from __future__ import annotations

import dataclasses
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompts import load_suite
from reports.build import build
from reports.scene.curves import encode
from reports.scene.page import SCRIPTS
from reports.urls import slug
from tests.reports import made

NASTY = (
    "<script>alert('x')</script>",
    "\"><img src=x onerror=alert(1)>",
    "</textarea></title></svg><b>bold</b>",
    "{{ 7 * 7 }} {% raw %} &amp; &lt;",
    "line one\nline two\r\n\ttabbed",
    "🌊🔥 ʎɐʍ ‮right to left‬ \u2028 new line",
    "w" * 5000,
    "'; DROP TABLE clips; --",
    "../../etc/passwd",
)


class Elements(HTMLParser):
    """Collects the tags of a page with their attributes, and all of its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(path: Path) -> Elements:
    found = Elements()
    found.feed(path.read_text(encoding="utf-8"))
    return found


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.suffix in (".html", ".js", ".css")
    }


def page(out: Path, clip: str) -> Path:
    """The page of a clip without a prompt."""
    return out / "prompt" / f"clip-{made.digest(clip)[:12]}.html"


def data_of(path: Path) -> Any:
    """What the script beside a prompt's page sets."""
    head, _, body = path.with_suffix(".js").read_text(encoding="utf-8").partition("]=")
    assert head == f'(window.steadybenchPrompts??={{}})["{path.stem}"'
    return json.loads(body.removesuffix(";\n"))


def values_of(path: Path, clip: int = 0) -> dict[str, Any]:
    """The numbers of a clip by metric; reasons as texts."""
    data = data_of(path)
    metrics = [metric for _, metrics in data["numbers"] for metric in metrics]
    found = dict(zip(metrics, data["clips"][clip]["values"], strict=True))
    return {metric: value if not isinstance(value, list) else
            [*value[:2], *(data["said"][at] if at >= 0 else "" for at in value[2:])]
            for metric, value in found.items() if value is not None}


def test_same_input_same_bytes_wherever_it_is_written(tmp_path: Path) -> None:
    data = made.story_report(tmp_path)
    first, second = tmp_path / "one", tmp_path / "deeper" / "two"
    build(data, first)
    shuffled = dataclasses.replace(
        data, clips=data.clips[::-1],
        results=data.results.sample(frac=1.0, random_state=1),
        curves=data.curves.sample(frac=1.0, random_state=2),
    )
    build(shuffled, second)
    assert tree(first) == tree(second)
    pages = {f"prompt/p{i}.{kind}" for i in range(3) for kind in ("html", "js")}
    assert {name for name in tree(first) if name.startswith("prompt/")} == pages


def test_rebuilding_reuses_media_and_drops_what_is_gone(tmp_path: Path) -> None:
    data, out = made.story_report(tmp_path), tmp_path / "out"
    build(data, out)
    stamps = {path: path.stat().st_mtime_ns for path in sorted((out / "clips").iterdir())}
    (out / "clips" / "a reader's own file.mp4").write_bytes(b"mine")
    build(data, out)
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in stamps.items())
    sha = data.clips[0].clip_sha256
    kept = data.results[data.results.clip_sha256 != sha]
    fewer = dataclasses.replace(data, clips=data.clips[1:], results=kept)
    build(fewer, out)
    assert not list(out.rglob(f"*{sha[:12]}*"))
    assert (out / "clips" / "a reader's own file.mp4").read_bytes() == b"mine"


@pytest.mark.parametrize("nasty", NASTY)
def test_texts_cannot_become_markup(tmp_path: Path, nasty: str) -> None:
    clip = made.entry(nasty, path=tmp_path / "gone.mp4", method=nasty, backbone=nasty, configuration=nasty,
                      prompt_id=nasty, prompt=nasty, notes=(nasty,), facts={nasty: nasty})
    plain = made.entry("x", path=tmp_path / "gone.mp4", method="x", backbone="x", configuration="x",
                       prompt_id="x", prompt="x", notes=("x",), facts={"x": "x"})
    pages = []
    for one in (clip, plain):
        word = one.clip
        late: list[dict[str, Any]] = [
                {"metric": f"{word.replace('.', '')}.late", "value": 1.0, "unit": word},
                {"metric": "drift.late", "value": None, "status": "abstained", "reason": word}]
        table = made.results(made.rows(one, made.all_held(9.0, stagnation=word), late, identity=word))
        run = {word: [word], "command": word}
        data = made.report_input([one], table, title=word, limits=(word,), run=run)
        out = tmp_path / made.digest(word)[:6]
        build(data, out)
        scene = out / "prompt" / f"{slug(word)}.html"
        pages.append((read(out / "index.html"), read(scene)))
        assert "<" not in scene.with_suffix(".js").read_text(encoding="utf-8")
        told = data_of(scene)
        assert told["clips"][0]["name"] == told["title"] == word and word in told["said"]
    for dirty, clean in zip(*pages, strict=True):
        assert [tag for tag, _ in dirty.tags] == [tag for tag, _ in clean.tags]
        handlers = {name for _, attrs in dirty.tags for name in attrs if name.startswith("on")}
        assert not handlers
        assert nasty.replace("\r\n", "\n").split("\n")[0].strip() in dirty.text


@settings(deadline=None, derandomize=True, max_examples=25,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_name_builds(tmp_path: Path, name: str) -> None:
    clip = made.entry(name, path=tmp_path / "gone.mp4", prompt=name)
    table = made.results(made.rows(clip, made.all_held(9.0)))
    build(made.report_input([clip], table, title=name), tmp_path / "out")
    found = read(page(tmp_path / "out", name))
    assert [tag for tag, _ in found.tags].count("script") == 3 + len(SCRIPTS)
    assert data_of(page(tmp_path / "out", name))["clips"][0]["name"] == name


def test_pages_ask_for_nothing_from_elsewhere(tmp_path: Path) -> None:
    data, out = made.story_report(tmp_path), tmp_path / "out"
    build(data, out)
    for path in sorted(out.rglob("*.html")):
        found = read(path)
        policy = next(attrs["content"] for tag, attrs in found.tags if "http-equiv" in attrs)
        assert policy and policy.startswith("default-src 'none'")
        assert "http:" not in policy and "unsafe" not in policy
        for tag, attrs in found.tags:
            for name in ("src", "href", "poster", "data-src"):
                target = attrs.get(name)
                assert not target or re.match(r"^(#|[\w./-]+(#[\w.-]+)?$)", target), (tag, target)
                if target and not target.startswith("#"):
                    assert (path.parent / target.partition("#")[0]).is_file(), (path.name, target)


def test_no_page_has_a_video_before_scripts_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(made.story_report(tmp_path), out)
    assert not any(tag in ("video", "source", "iframe", "embed") for path in sorted(out.rglob("*.html"))
                   for tag, _ in read(path).tags)


@pytest.mark.parametrize("clips", [(), (made.entry("never scored"),)])
def test_empty_tables(tmp_path: Path, clips: tuple[Any, ...]) -> None:
    data = made.report_input(clips, made.results(), quantities=(), run={}, limits=())
    index = read(build(data, tmp_path))
    assert ("No clip was scored." if not clips else "1 cannot be told") in index.text
    bare = dataclasses.replace(data, results=pd.DataFrame(), curves=pd.DataFrame())
    assert build(bare, tmp_path / "bare").is_file()


def test_missing_and_broken_files_are_shown_without_player(tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("this is not a film", encoding="utf-8")
    clips = [made.entry("gone"), made.entry("text", path=text),
             made.entry("unread", path=tmp_path, clip_sha256="")]
    table = made.results(*(made.rows(clip, made.all_held(0, drift=(0, "failed"))) for clip in clips))
    build(made.report_input(clips, table), tmp_path / "out")
    told = {clip.clip: page(tmp_path / "out", clip.clip) for clip in clips[:2]}
    assert "no longer where it was measured" in read(told["gone"]).text
    assert "cannot be shown" in read(told["text"]).text
    for path in sorted((tmp_path / "out" / "prompt").glob("*.html")):
        assert not any(tag == "video" for tag, _ in read(path).tags)
        assert str(tmp_path) not in path.read_text(encoding="utf-8")
    assert len(list((tmp_path / "out" / "prompt").glob("*.html"))) == 3


def test_methods_that_delivered_the_same_bytes_each_have_row_and_page(tmp_path: Path) -> None:
    clips = [made.entry("a", method="first"), made.entry("b", method="second",
                                                         clip_sha256=made.digest("a"))]
    table = made.results(*(made.rows(clip, made.all_held(9.0)) for clip in clips))
    index = read(build(made.report_input(clips, table), tmp_path))
    pages = sorted((tmp_path / "prompt").glob("*.html"))
    assert len(pages) == 2 and all("same bytes as" in data_of(path)["said"] for path in pages)
    links = {str(attrs.get("href")).partition("#")[0] for _, attrs in index.tags}
    assert {f"prompt/{path.name}" for path in pages} <= links


@pytest.mark.parametrize("change", [{"backbone": "wan"}, {"method": "n"}, {"configuration": "fast"},
                                    {"prompt_id": "p"}, {"seed": 7}])
def test_unreadable_clips_of_one_name_stay_apart(tmp_path: Path, change: dict[str, Any]) -> None:
    clips = [made.entry("a", clip_sha256="", **{"method": "m", "seed": 3, **more}) for more in ({}, change)]
    one, two = (made.rows(clip, {"drift": (0, "failed")}) for clip in clips)
    table = made.results([{**row, "reason": "first is gone"} for row in one],
                         [{**row, "reason": "second is gone"} for row in two])
    build(made.report_input(clips, table), tmp_path)
    told = [read(path).text for path in (tmp_path / "prompt").glob("*.html")]
    assert len(told) == 2
    assert {"first is gone" in text for text in told} == {True, False}
    assert all(("first is gone" in text) != ("second is gone" in text) for text in told)


def test_an_unreadable_clip_without_seed_keeps_its_reason(tmp_path: Path) -> None:
    clips = [made.entry("a", clip_sha256=""), made.entry("b", clip_sha256="", seed=2)]
    table = made.results(*(made.rows(clip, {"drift": (0, "failed")}) for clip in clips))
    for kind in ("float64", "Int64", "object"):
        build(made.report_input(clips, table.astype({"seed": kind})), tmp_path / kind)
        pages = sorted((tmp_path / kind / "prompt").glob("*.html"))
        assert len(pages) == 2 and all("it broke" in read(path).text for path in pages)


def test_values_statuses_and_reasons_are_all_with_the_page_of_a_clip(tmp_path: Path) -> None:
    clip = made.entry("a", notes=("The camera pans to the left.",), facts={"record": {"drift": "abc"}})
    late: list[dict[str, Any]] = [
            {"metric": "drift.late", "value": 0.123456},
            {"metric": "drift.tone", "value": 3.16e-06},
            {"metric": "stagnation.replay_onset", "value": 30.0, "status": "censored", "reason": "no replay"},
            {"metric": "odd.thing", "value": None, "status": "failed", "reason": "it broke",
             "direction": "none"}]
    table = made.results(made.rows(clip, made.all_held(30.0, stagnation=12.5, hardening="too dark"), late))
    build(made.report_input([clip], table), tmp_path)
    source = html.unescape(page(tmp_path, "a").read_text(encoding="utf-8"))
    assert "<td>≥ 30.0<td><s>≥ 30.0</s><td><s>0.123</s><td>12.5<td>–<td>" in source
    for text in ("Hardening: abstained: too dark", "Drift: not credited: stagnated at 12.5 s"):
        assert text in source
    data = data_of(page(tmp_path, "a"))
    told = {data["said"][name]: data["said"][value] for name, value in data["clips"][0]["facts"]}
    assert told["SHA-256"] == clip.clip_sha256 and told["file"] == "record: drift: abc"
    assert [data["said"][at] for at in data["clips"][0]["notes"]] == ["The camera pans to the left."]
    struck = "not credited: stagnated at 12.5 s, and what stands still cannot drift"
    assert values_of(page(tmp_path, "a")) == {
        "premise.onset": [30, "censored", ""], "drift.onset": [30, "censored", "", struck],
        "drift.late": [0.123456, "ok", "", struck], "drift.tone": [3.16e-06, "ok", "", struck],
        "stagnation.onset": 12.5, "stagnation.replay_onset": [30, "censored", "no replay"],
        "hardening.onset": [None, "abstained", "too dark"], "odd.thing": [None, "failed", "it broke"],
    }
    identities = {metric: identity for identity, metrics in data["numbers"] for metric in metrics}
    assert identities["drift.late"] == made.digest("drift")[:16]


def test_every_number_of_a_clip_is_in_its_data(tmp_path: Path) -> None:
    clip = made.entry("a")
    table = made.results(made.rows(clip, made.all_held(30.0), made.real_values(1)))
    build(made.report_input([clip], table), tmp_path)
    told = values_of(page(tmp_path, "a"))
    assert len(table) == 55 and set(told) == set(table.metric)
    for metric, value in zip(table.metric, table.value, strict=True):
        found = told[metric][0] if isinstance(told[metric], list) else told[metric]
        assert found == pytest.approx(value, rel=1e-6)
    mask = data_of(page(tmp_path, "a"))["clips"][0]["mask"]
    assert mask == "46 % still support, 47 % moving medium, 0 % overlay"


def test_facts_that_clips_share_stand_once(tmp_path: Path) -> None:
    clips = [made.entry(name, prompt_id="p", method=name, facts={"codec": "h264", "frames": n})
             for n, name in enumerate("ab")]
    table = made.results(*(made.rows(clip, made.all_held(3.0)) for clip in clips))
    index = read(build(made.report_input(clips, table), tmp_path))
    assert "codec: h264" in index.text and "frames" not in index.text
    data = data_of(tmp_path / "prompt" / "p.html")
    assert ["prompt id", "p"] in data["facts"] and not any("h264" in text for text in data["said"])
    told = [{data["said"][name]: data["said"][value] for name, value in clip["facts"]}
            for clip in data["clips"]]
    assert [clip["file"] for clip in told] == ["frames: 0", "frames: 1"]
    assert not any("prompt id" in clip for clip in told)


def test_curves_are_in_the_script_of_the_page(tmp_path: Path) -> None:
    clip = made.entry("a")
    lines = made.curves(made.curve(clip, "drift.level", [0.1, None, 0.3]),
                        made.curve(clip, "drift.shift", [1.0, None, 4.0]),
                        made.curve(clip, "drift.tone", [-1.0, 0.0, 1.0], 0.5))
    table = made.results(made.rows(clip, made.all_held(3.0, drift=2.25, premise=1.5)))
    build(made.report_input([clip], table, lines), tmp_path)
    data = data_of(page(tmp_path, "a"))
    (body,) = data["clips"]
    assert body["jumps"] == [[1.5, "premise"], [2.25, "drift"]]
    assert data["grid"] == [0.5, 1.0] and data["curves"] == ["drift.shift", "drift.tone"]
    assert body["levels"] == {"drift": [[0, 1, ", >"]]}
    assert body["curves"] == [[0, 0, 4, "9 ~"], [1, -1, 1, "#P~", [0.25, 0.75, 1.25]]]


def test_a_prompt_shows_all_its_clips_by_method_and_seed(tmp_path: Path) -> None:
    data = made.scene_report(tmp_path, (1.0, 1.0, 1.0), seeds=(3, 11), prompts=("river", "Lava & <ash>"))
    build(data, tmp_path / "out")
    names = {path.stem for path in (tmp_path / "out" / "prompt").glob("*.html")}
    assert names == {"river", slug("Lava & <ash>")}
    for title, neighbour in (("river", "previous"), ("Lava & <ash>", "next")):
        path = tmp_path / "out" / "prompt" / f"{slug(title)}.html"
        told = data_of(path)
        assert told["title"] == title and neighbour in read(path).text
        assert [(clip["short"], clip["seed"]) for clip in told["clips"]] == [
            (f"method-{i}", seed) for i in range(3) for seed in (3, 11)]
        assert "3 methods, 2 seeds" in read(path).text and f"A {title}." in read(path).text
        assert sum(tag == "article" for tag, _ in read(path).tags) == 6
        assert all(clip["video"] == f"clips/{clip['key']}.mp4" for clip in told["clips"])


def test_what_a_built_in_prompt_asks_for_is_told(tmp_path: Path) -> None:
    prompt = load_suite("fixed_camera").prompts[0]
    asked = {prompt.id: prompt.text, "x": "x"}
    clips = [made.entry(name, prompt_id=name, prompt=text) for name, text in asked.items()]
    table = made.results(*(made.rows(clip, made.all_held(3.0)) for clip in clips))
    build(made.report_input(clips, table), tmp_path)
    told = read(tmp_path / "prompt" / f"{prompt.id}.html").text
    assert f"Moves {prompt.medium} (" in told and prompt.support in told
    assert "Moves" not in read(tmp_path / "prompt" / "x.html").text


@settings(deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.none(), st.floats(-5, 7)), max_size=40))
def test_encoded_curves_are_read_back(values: list[float | None]) -> None:
    text = encode(values, -5.0, 7.0)
    assert len(text) == len(values) and not set(text) & set('"\\')
    for value, character in zip(values, text, strict=True):
        assert (value is None) == (character == " ")
        if value is not None:
            step = ord(character) - 35 - (ord(character) > 92)
            assert abs(-5 + 12 * step / 90 - value) <= 12 / 180 + 1e-9


@pytest.mark.parametrize(("change", "said"), [
    ({"value": float("nan")}, "status 'ok' does not go with value nan"),
    ({"status": "fine"}, "status must be one of abstained, censored, failed, ok, got 'fine'"),
    ({"clip_sha256": made.digest("other")}, "no entry in `clips` has this clip"),
])
def test_faulty_tables_are_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    clip = made.entry("a")
    row = {**made.rows(clip, {"drift": 3.0})[0], **change}
    with pytest.raises(ValueError, match=re.escape(said)):
        build(made.report_input([clip], made.results([row])), tmp_path)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    clip = made.entry("a", clip_sha256="../x")
    table = pd.DataFrame({"clip": ["a"], "metric": ["drift.onset"]})
    lines = pd.DataFrame({"t_s": [float("nan")]})
    with pytest.raises(ValueError, match=r"(?s)clip_sha256 must.*results: missing columns.*curves: t_s"):
        build(made.report_input([clip], table, lines), tmp_path)


def test_prompt_pages_stay_light(tmp_path: Path) -> None:
    """Eight clips of 30 s each on three prompts, with all that is measured today."""
    clips = [made.entry(f"clip number {i} {k}", method=f"method-{i}", backbone="wan2.1-1.3b",
                        prompt_id=f"p{k}", prompt="word " * 80, seed=0, configuration="native")
             for i in range(8) for k in range(3)]
    table = made.results(*(
        made.rows(clip, made.all_held(30.0, drift=9.0 + i / 2), made.real_values(i))
        for i, clip in enumerate(clips)))
    lines = made.curves(*(made.curve(clip, metric, [(k * (3 + i)) % 17 / 17 for k in range(30)])
                          for i, clip in enumerate(clips) for metric in made.REAL_CURVES))
    build(made.report_input(clips, table, lines), tmp_path)
    pages = {path: path.stat().st_size for path in (tmp_path / "prompt").iterdir()}
    assert len(pages) == 6 and len(made.REAL_CURVES) == 25
    assert max(size for path, size in pages.items() if path.suffix == ".html") < 9_000
    assert max(size for path, size in pages.items() if path.suffix == ".js") < 8 * 3_200


def test_axes_without_words_are_shown_too(tmp_path: Path) -> None:
    clip = made.entry("a", method="m")
    table = made.results(made.rows(clip, {**made.all_held(30.0), "glow_worm": 4.0}))
    index = read(build(made.report_input([clip], table), tmp_path))
    assert "Glow worm" in index.text


def test_struck_numbers_carry_their_reason(tmp_path: Path) -> None:
    clip = made.entry("a")
    table = made.results(made.rows(clip, made.all_held(30.0, stagnation=12.0)))
    source = build(made.report_input([clip], table), tmp_path).read_text(encoding="utf-8")
    struck = r'<s title="not credited: stagnated at 12\.0 s[^"]*">held 30\.0 s</s><sup>†</sup>'
    assert re.search(struck, source)
