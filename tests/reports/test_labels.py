"""No two setups share a name, and a name tells on which network a method ran."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.build import build
from reports.gather import shots
from reports.labels import Label, caveats, labels, row_name
from tests.reports import made

Setups = list[tuple[str, str, str]]
PARTS = st.sampled_from(["", "a", "b", "a:b", "b (c backbone)", "native", "none", "a #1"])


def named(setups: Setups) -> list[Label]:
    entries = [made.entry(f"c{i}", method=method, configuration=configuration, backbone=backbone)
               for i, (method, configuration, backbone) in enumerate(setups)]
    found = labels(shots(made.report_input(entries, made.results())))
    return [found[setup] for setup in sorted(found)]


@pytest.mark.parametrize(("setups", "texts", "more"), [
    ([("a", "native", "none")], ["a"], [("native",)]),
    ([("a", "native", "tiny")], ["a (tiny backbone)"], [("native",)]),
    ([("a", "long", "tiny"), ("b", "y", "")], ["a:long (tiny backbone)", "b:y"], [(), ()]),
    ([("a", "long", "tiny"), ("a", "native", "tiny")],
     ["a:long (tiny backbone)", "a:native (tiny backbone)"], [(), ()]),
    ([("a", "", "none"), ("a", "native", "none")], ["a", "a:native"], [(), ()]),
    ([("a", "native", "ltx"), ("a", "native", "wan")], ["a (ltx backbone)", "a (wan backbone)"],
     [("native",), ("native",)]),
    ([("a", "b", ""), ("a:b", "", "")], ["a:b #1", "a:b #2"], [(), ()]),
    ([("", "", "")], [""], [()]),
])
def test_labels(setups: Setups, texts: list[str], more: list[tuple[str, ...]]) -> None:
    assert [(label.text, label.more) for label in named(setups)] == list(zip(texts, more, strict=True))


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(PARTS, PARTS, PARTS), unique=True, max_size=12))
def test_no_two_setups_share_a_name(setups: Setups) -> None:
    texts = [label.text for label in named(setups)]
    assert len(set(texts)) == len(texts)


def test_a_bare_name_never_stands_for_another_configuration_than_native() -> None:
    (label,) = named([("longlive", "common", "tiny")])
    assert label.text == row_name("longlive", "common", "tiny") == "longlive:common (tiny backbone)"


def test_every_page_says_what_a_tiny_row_is(tmp_path: Path) -> None:
    clips = [made.entry("x", method="longlive", configuration="native", backbone="tiny"),
             made.entry("y", method="longlive", configuration="native", backbone="wan2.1-1.3b")]
    table = made.results(*(made.rows(clip, made.all_held(30.0)) for clip in clips))
    data = made.report_input(clips, table)
    index = html.unescape(build(data, tmp_path).read_text(encoding="utf-8"))
    paths = {clip.clip: tmp_path / "clip" / f"{clip.clip_sha256[:12]}.html" for clip in clips}
    pages = {name: html.unescape(path.read_text(encoding="utf-8")) for name, path in paths.items()}
    (sentence,) = caveats(shots(data))
    assert index.count(sentence) == pages["x"].count(sentence) == 1
    assert sentence not in pages["y"]
    board, stairs, answer = (index.split(mark, 1)[1] for mark in ("<tbody>", "completeness", "answer"))
    for place in (board, stairs, answer, pages["x"]):
        assert "longlive (tiny backbone)" in place
    assert "longlive (wan2.1-1.3b backbone)" in board
    assert caveats(shots(made.report_input(clips[1:], made.results()))) == ()
