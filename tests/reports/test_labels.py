"""No two setups share a name, and a name tells on which network a method ran."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.answer import limits
from reports.build import build
from reports.exports.human import pages
from reports.exports.sheet import sheet
from reports.gather import Setup, setup_of, shots
from reports.labels import Label, caveats, labels, row_name
from reports.mixtures import mixtures
from reports.model import ClipEntry, ReportInput
from reports.steady_tables import standings_of
from tests.reports import made, many

Setups = list[tuple[str, ...]]
"""Method, configuration, backbone, and where they matter weights and revision."""
PARTS = st.sampled_from(["", "a", "b", "a:b", "b (c backbone)", "native", "none", "a #1"])
OLD, NEW = "a" * 64, "a" * 7 + "b" * 57
DIGESTS = st.sampled_from(["", OLD, NEW, "a" * 8 + "c" * 56])
REVISIONS = st.sampled_from(["", "e52d9ef", "e52d9ef6865d843282a6b5e9d46d03b35f88929d", "main"])


def entries_of(setups: Setups) -> list[ClipEntry]:
    return [made.entry(f"c{i}", **dict(zip(Setup._fields, setup, strict=False)))
            for i, setup in enumerate(setups)]


def named(setups: Setups) -> list[Label]:
    found = labels(shots(made.report_input(entries_of(setups), made.results())))
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
    ([("a", "b", "", OLD), ("a", "b", "", NEW)],
     ["a:b [weights aaaaaaaa]", "a:b [weights aaaaaaab]"], [()] * 2),
    ([("a", "native", "wan", "", "e52"), ("a", "native", "wan", "", "")],
     ["a (wan backbone) [revision not stated]", "a (wan backbone) [revision e52]"], [("native",)] * 2),
    ([("a", "b", "", OLD, "e1"), ("a", "b", "", NEW, "e2"), ("a", "c", "", OLD, "e1")],
     ["a:b [weights aaaaaaaa, revision e1]", "a:b [weights aaaaaaab, revision e2]", "a:c"], [()] * 3),
    ([("a", "b", "", OLD), ("a", "b", "", "a" * 8 + "c" * 56)],
     ["a:b [weights aaaaaaaa] #1", "a:b [weights aaaaaaaa] #2"], [()] * 2),
])
def test_labels(setups: Setups, texts: list[str], more: list[tuple[str, ...]]) -> None:
    assert [(label.text, label.more) for label in named(setups)] == list(zip(texts, more, strict=True))


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(PARTS, PARTS, PARTS, DIGESTS, REVISIONS), unique=True, max_size=12))
def test_no_two_setups_share_a_name(setups: Setups) -> None:
    texts = [label.text for label in named(setups)]
    assert len(set(texts)) == len(texts) == len({setup_of(entry) for entry in entries_of(setups)})


def test_a_bare_name_never_stands_for_another_configuration_than_native() -> None:
    (label,) = named([("longlive", "common", "tiny")])
    assert label.text == row_name("longlive", "common", "tiny") == "longlive:common (tiny backbone)"


def prompt_page(path: Path) -> str:
    """What a prompt's page and its data say."""
    source = path.read_text(encoding="utf-8") + path.with_suffix(".js").read_text(encoding="utf-8")
    return html.unescape(source)


def test_every_page_says_what_a_tiny_row_is(tmp_path: Path) -> None:
    clips = [made.entry("x", method="longlive", configuration="native", backbone="tiny"),
             made.entry("y", method="longlive", configuration="native", backbone="wan2.1-1.3b")]
    table = made.results(*(made.rows(clip, made.all_held(30.0)) for clip in clips))
    data = made.report_input(clips, table)
    index = html.unescape(build(data, tmp_path).read_text(encoding="utf-8"))
    paths = {clip.clip: tmp_path / "prompt" / f"clip-{clip.clip_sha256[:12]}.html" for clip in clips}
    pages = {name: prompt_page(path) for name, path in paths.items()}
    (sentence,), (alone,) = caveats(shots(data)), caveats(shots(made.report_input(clips[:1], made.results())))
    assert index.count(sentence) == pages["x"].count(alone) == 1
    assert sentence.startswith("What is marked") and alone.startswith("Everything here was made on the tiny")
    assert "published checkpoints" not in pages["y"]
    board, matrix, answer = (index.split(mark, 1)[1] for mark in ('id="board"', 'id="marks"', "answer"))
    for place in (board, matrix, answer, pages["x"]):
        assert "longlive (tiny backbone)" in place
    assert "longlive (wan2.1-1.3b backbone)" in board
    assert caveats(shots(made.report_input(clips[1:], made.results()))) == ()


def test_pages_and_tables_of_numbers_say_that_all_is_tiny(tmp_path: Path) -> None:
    """There names leave out the backbone that all share."""
    clips = [many.clip(method, "p", backbone="tiny") for method in ("longlive", "causvid")]
    data = replace(many.report([(clip, many.numbered(clip, {})) for clip in clips]), metric_cards=many.CARDS)
    (sentence,) = caveats(shots(data))
    build(data, tmp_path)
    for page in ("index.html", "picks.html", "pair.html", "metric/drift.html"):
        assert html.unescape((tmp_path / page).read_text(encoding="utf-8")).count(sentence) == 1, page
    assert all(sentence in page.notes for page in pages(sheet(data, standings_of(data))))


def report_of(setups: Setups, horizons: tuple[float, ...] = ()) -> ReportInput:
    clips = entries_of(setups)
    if horizons:
        clips = [replace(clip, horizon_s=at) for clip, at in zip(clips, horizons, strict=True)]
    return made.report_input(clips, made.results(*(made.rows(clip, made.all_held(30.0)) for clip in clips)))


NATIVE, ENGINE = ("longlive", "native", "wan2.1-1.3b"), ("longlive", "engine-native", "wan2.1-1.3b")
COMMON, INFINITY = ("longlive", "common", "wan2.1-1.3b"), ("longlive", "native-infinity", "wan2.1-1.3b")
OTHER = ("causvid", "engine-native", "wan2.1-1.3b")


@pytest.mark.parametrize(("setups", "told"), [
    ([NATIVE], []),
    ([ENGINE, OTHER], []),
    ([NATIVE, OTHER], []),
    ([COMMON], ["“common”"]),
    ([("longlive", "common+ema=fp32", "wan2.1-1.3b")], ["“common”"]),
    ([NATIVE, ENGINE], ["“native” is"]),
    ([INFINITY, ENGINE], ["“native” is"]),
    ([NATIVE, ENGINE, COMMON], ["“common”", "“native” is"]),
    ([(*NATIVE, OLD), (*NATIVE, NEW)], ["different weights"]),
    ([(*NATIVE, OLD), (*ENGINE, NEW)], ["“native” is"]),
    ([("longlive", "common", "tiny")], ["tiny backbone", "“common”"]),
])
def test_what_must_be_known_of_configurations_is_told_once(setups: Setups, told: list[str]) -> None:
    found = caveats(shots(report_of(setups)))
    assert len(found) == len(told)
    assert all(part in sentence for part, sentence in zip(told, found, strict=True))


def test_every_page_with_a_common_row_says_what_it_compares(tmp_path: Path) -> None:
    index = build(report_of([COMMON, NATIVE, ENGINE]), tmp_path)
    first = html.unescape(index.read_text(encoding="utf-8"))
    common, both = caveats(shots(report_of([COMMON, NATIVE, ENGINE])))
    assert first.count(common) == first.count(both) == 1
    clips = [prompt_page(path) for path in (tmp_path / "prompt").glob("*.html")]
    told = [page.count(common) for page in clips]
    assert told == [int(":common (" in page.split("<h1", 1)[1]) for page in clips]
    assert sum(told) == 1


def test_rows_with_other_weights_stand_apart_on_every_page(tmp_path: Path) -> None:
    data = report_of([(*NATIVE, OLD), (*NATIVE, NEW)])
    index = html.unescape(build(data, tmp_path).read_text(encoding="utf-8"))
    for name, digest in (("aaaaaaaa", OLD), ("aaaaaaab", NEW)):
        text = f"longlive (wan2.1-1.3b backbone) [weights {name}]"
        board = index.split('id="board"', 1)[1].split("<tbody>", 1)[1].split("</tbody>", 1)[0]
        assert board.count(f"longlive [weights {name}]") == 1
        pages = [prompt_page(path) for path in (tmp_path / "prompt").glob("*.html")]
        (page,) = (page for page in pages if text in page)
        assert digest in page


def test_a_part_of_the_clips_keeps_the_names_of_the_whole() -> None:
    """A sentence about clips that differ names their rows as the leaderboard does."""
    data = report_of([(*NATIVE, OLD), (*NATIVE, NEW)], horizons=(30.0, 60.0))
    found = shots(data)
    (mixture,) = mixtures(found, {}, labels(found))
    assert [value.methods for value in mixture.values] == [
        ("longlive (wan2.1-1.3b backbone) [weights aaaaaaaa]",),
        ("longlive (wan2.1-1.3b backbone) [weights aaaaaaab]",),
    ]
    shorter = replace(found[0], entry=replace(found[0].entry, horizon_s=9.0))
    (within,) = mixtures([found[0], shorter], {}, labels(found))
    assert "[weights aaaaaaaa]" in within.told


def test_the_same_file_under_two_weights_is_said_to_tell_nothing() -> None:
    first, second = entries_of([(*NATIVE, OLD), (*NATIVE, NEW)])
    data = made.report_input([first, replace(second, clip_sha256=first.clip_sha256)], made.results())
    found = shots(data)
    assert len(found) == 2 and len({shot.key for shot in found}) == 2
    assert any("delivered the same bytes" in sentence for sentence in limits(found, (), (), ()))
