"""The exported tables: numbers by hand, the rule for bold, documented columns, equal bytes, hostile names."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from reports.exports.best import best
from reports.exports.human import pages, shown
from reports.exports.latex import escaped as latex_escaped
from reports.exports.latex import to_latex
from reports.exports.markdown import escaped as markdown_escaped
from reports.exports.markdown import to_markdown
from reports.exports.sheet import Sheet, sheet
from reports.exports.tidy import LEADERBOARD, QUANTITIES, tables
from reports.exports.write import SUFFIXES, files, write
from reports.model import ReportInput
from reports.ranks import Pair
from reports.steady_tables import standings_of
from tests.reports.made import all_held, report_input, results, rows
from tests.reports.paper import clip_of, eight, study

HOSTILE = "</td>|`x`*b*_u_ \\textbf{&%$#^~} \u202eevil\u200b [l](javascript:1) " + "n" * 5000


def of(data: ReportInput) -> Sheet:
    return sheet(data, standings_of(data))


def leaderboard(data: ReportInput) -> dict[str, dict[str, object]]:
    return {str(row["method"]): dict(row) for row in tables(of(data))[0].rows}


def quantity(data: ReportInput, method: str, axis: str, name: str, statistic: str) -> dict[str, object]:
    wanted = {"method": method, "axis": axis, "quantity": name, "statistic": statistic}
    found = [row for row in tables(of(data))[1].rows if wanted.items() <= row.items()]
    assert len(found) == 1
    return dict(found[0])


@cache
def of_eight(*, shuffled: bool = False) -> Sheet:
    data = eight()
    if shuffled:
        table = data.results.sample(frac=1, random_state=7)
        data = report_input(tuple(reversed(data.clips)), table, data.curves, run=data.run, title=data.title)
    return of(data)


# ---- numbers


def test_times_and_levels_by_hand() -> None:
    data = study({"a": [10, 20, 30, 30], "b": [30] * 4}, lambda method, i: {"stagnation": i / 10})
    one = leaderboard(data)["a"]
    assert (one["steady_median_s"], one["steady_median_above_s"]) == (20.0, None)  # half are gone at 20 s
    assert one["steady_mean_s"] == pytest.approx((10 + 20 + 30 + 30) / 4)
    assert (one["clips"], one["clips_counted"], one["prompts"], one["clips_failed"]) == (4, 4, 4, 2)
    assert one["stagnation_late_level"] == pytest.approx((0.2 + 0.3) / 2)  # what drifted before earns nothing
    assert one["stagnation_late_struck_clips"] == 2
    assert one["making_s_per_video_s"] == pytest.approx(6 / 30)
    assert one["device"] == "CPU"


def test_a_median_beyond_what_was_seen_has_its_own_column() -> None:
    one = leaderboard(study({"a": [10, 30, 30, 30], "b": [30] * 4}))["b"]
    assert (one["steady_median_s"], one["steady_median_above_s"]) == (None, 30.0)
    assert (one["drift_onset_median_s"], one["drift_onset_median_above_s"]) == (None, 30.0)
    assert one["steady_mean_s"] == 30.0


def test_what_is_not_credited_is_left_out_of_the_mean_and_counted() -> None:
    frozen = clip_of("a", "p00")
    sound = [clip_of("a", f"p0{i}") for i in (1, 2)]
    late = [{"metric": "drift.late", "value": 0.0}]
    table = rows(frozen, all_held(30.0, stagnation=5.0), late)
    for clip in sound:
        table += rows(clip, all_held(30.0), [{"metric": "drift.late", "value": 0.4}])
    data = report_input([frozen, *sound], results(table))
    row = quantity(data, "a", "drift", "late", "mean")
    assert (row["value"], row["clips"], row["struck_clips"]) == (pytest.approx(0.4), 2, 1)
    assert leaderboard(data)["a"]["drift_late_struck_clips"] == 1


def test_a_method_whose_levels_earn_nothing_at_all_has_no_mean_and_says_so() -> None:
    clip = clip_of("a", "p00")
    table = rows(clip, all_held(30.0, stagnation=5.0), [{"metric": "drift.late", "value": 0.0}])
    row = quantity(report_input([clip], results(table)), "a", "drift", "late", "mean")
    assert (row["value"], row["struck_clips"], row["note"]) == (None, 1, "no clip is credited")


def test_ranks_have_their_limits() -> None:
    found = leaderboard(eight(14))
    assert (found["steady-forcing"]["rank"], found["steady-forcing"]["rank_best"],
            found["steady-forcing"]["rank_worst"]) == (1, 1, 1)
    assert found["causal-forcing"]["rank_best"] == 8
    few = leaderboard(study({"a": [30.0] * 4, "b": [5.0] * 4}))
    assert [few[name]["rank_worst"] for name in "ab"] == [2, 2]


def test_a_method_with_a_hole_has_no_rank_and_the_note_says_why() -> None:
    data = study({"a": [10, 20, 30, 30], "b": [30] * 3})
    one = leaderboard(data)["b"]
    assert one["rank"] is None and one["rank_best"] is None
    assert "no clip of p03" in str(one["notes"])


def test_several_devices_have_no_one_cost() -> None:
    first, second = clip_of("a", "p00"), replace(clip_of("a", "p01"), device="GPU")
    table = [*rows(first, all_held(30.0)), *rows(second, all_held(30.0))]
    one = leaderboard(report_input([first, second], results(table)))["a"]
    assert (one["making_s_per_video_s"], one["device"]) == (None, "CPU; GPU")


def test_two_identities_of_an_axis_keep_rows_of_their_own() -> None:
    clips = [clip_of("a", f"p0{i}") for i in range(4)]
    table = []
    for i, clip in enumerate(clips):
        table += rows(clip, all_held(30.0), [{"metric": "drift.late", "value": 0.2}],
                      identity=("0" if i < 2 else "1") * 16)
    found = tables(of(report_input(clips, results(table))))
    own = [row for row in found[1].rows if (row["axis"], row["quantity"]) == ("drift", "late")]
    assert sorted(str(row["identity"])[0] for row in own) == ["0", "1"]
    assert [row["clips"] for row in own] == [2, 2]
    assert found[0].rows[0]["drift_late_level"] is None  # one cell cannot hold two
    assert not any(row["best"] for row in found[1].rows)


def test_a_panel_is_averaged_with_limits() -> None:
    row = quantity(eight(), "causvid", "vbench", "dynamic_degree", "mean")
    assert row["value"] == pytest.approx(0.2 + sum(range(8)) / 800)
    assert row["low"] < row["value"] < row["high"]  # type: ignore[operator]
    assert row["direction"] == "higher"


# ---- bold


def pairs(*won: str, all_of: str) -> list[Pair[str]]:
    return [Pair(one, other, 9, 1.0 if one + other in won else -1.0, 0.5,
                 0.01 if {one + other, other + one} & set(won) else 1.0)
            for i, one in enumerate(all_of) for other in all_of[i + 1:]]


@pytest.mark.parametrize(("won", "expected"), [
    ([], ""),                             # nobody told apart: nothing is bold
    (["ab", "ac", "bc"], "a"),
    (["ac", "bc"], "ab"),                 # a and b alike, both better than c
    (["ac"], ""),                         # b is like both, so the group would hold all
    (["ab", "ac"], "a"),                  # b and c need not be told apart
    (["ba", "ac", "bc"], "ab"),           # a has the better mean, b wins the test: both lead c
])
def test_the_best_group_is_the_smallest_that_beats_all_others(won: list[str], expected: str) -> None:
    assert best("abc", pairs(*won, all_of="abc")) == frozenset(expected)


def test_one_method_alone_is_never_bold() -> None:
    assert best("a", []) == frozenset() == best("", [])


def test_bold_stands_where_methods_are_told_apart_and_nowhere_else() -> None:
    data = study({"a": [30.0] * 8, "b": [5.0] * 8}, lambda method, _: {"hardening": 0.3})
    for measure in of(data).measures:
        bold = {setup.method for setup in measure.best}
        apart = {"steady.seconds", "drift.onset", "stagnation.late"}  # b drifted, so its motion earns nothing
        assert bold == ({"a"} if measure.id in apart else set()), measure
    text = to_markdown(pages(of(data))[0]).decode()
    assert "**&gt; 30.0**" in text and "**0.30**" not in text


def test_a_frozen_method_is_not_bold_for_standing_still() -> None:
    clips, table = [], []
    for method, onsets, level in (("frozen", {"stagnation": 3.0}, 0.0), ("alive", {}, 0.2)):
        for i in range(8):
            clip = clip_of(method, f"p{i}")
            clips.append(clip)
            table += rows(clip, all_held(30.0, **onsets), [{"metric": "drift.late", "value": level}])
    (late,) = of(report_input(clips, results(table))).of("drift.late", "mean")
    assert {setup.method for setup in late.best} == {"alive"}


def test_few_prompts_make_nothing_bold() -> None:
    assert not any(m.best for m in of(study({"a": [30.0] * 5, "b": [5.0] * 5})).measures)


# ---- files


@pytest.mark.parametrize("kind", SUFFIXES)
def test_equal_records_give_equal_bytes(kind: str) -> None:
    assert files(of_eight(), kind) == files(of_eight(shuffled=True), kind)


def test_csv_json_and_parquet_say_the_same_and_document_their_columns(tmp_path: Path) -> None:
    data = eight()
    write(data, standings_of(data), tmp_path, ("csv", "json", "parquet"))
    for name, columns in (("leaderboard", LEADERBOARD), ("quantities", QUANTITIES)):
        body = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        lines = list(csv.DictReader(io.StringIO((tmp_path / f"{name}.csv").read_text(encoding="utf-8"))))
        table = pq.read_table(tmp_path / f"{name}.parquet")
        assert list(lines[0]) == list(columns) == table.column_names == list(body["columns"])
        assert table.to_pylist() == body["rows"]
        for text, row in zip(lines, body["rows"], strict=True):
            for column in columns:
                same = "" if row[column] is None else row[column]
                if isinstance(same, float):
                    assert float(text[column]) == pytest.approx(same)
                else:
                    assert text[column] == (str(same).lower() if isinstance(same, bool) else str(same))
        assert all(table.schema.field(column).metadata[b"meaning"] for column in columns)


def test_an_empty_report_gives_tables_with_heads_only() -> None:
    found = of(report_input([], results([])))
    assert files(found, "csv")["leaderboard.csv"].decode() == ",".join(LEADERBOARD) + "\n"
    assert pq.read_table(io.BytesIO(files(found, "parquet")["quantities.parquet"])).num_rows == 0
    assert b"\\midrule" in files(found, "latex")["leaderboard.tex"]


def test_clips_without_a_method_are_told_beneath_the_table() -> None:
    clip = clip_of("", "p0")
    found = of(report_input([clip], results(rows(clip, all_held(30.0)))))
    assert any("1 clip that names no method" in note for note in pages(found)[0].notes)


# ---- markup


@pytest.mark.parametrize(("text", "expected"), [
    ("a|b", "a\\|b"), ("<b>", "&lt;b&gt;"), ("*x*_y_", "\\*x\\*\\_y\\_"), ("[a](b)", "\\[a\\](b)"),
    ("one\ntwo", "one two"), ("`", "\\`"), ("$x$", "\\$x\\$"), ("\\", "\\\\"),
])
def test_markdown_signs_stand_for_themselves(text: str, expected: str) -> None:
    assert markdown_escaped(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("50 % & #1", r"50 \% \& \#1"), ("a_b^c~", r"a\_b\textasciicircum{}c\textasciitilde{}"),
    ("\\input{x}", r"\textbackslash{}input\{x\}"), ("--", "-{}-"), ("---", "-{}-{}-"),
    ("中", r"\texttt{U+4E2D}"), ("> 30.0", r"\textgreater{} 30.0"), ("é", "é"),
    ("[1]", "{[}1{]}"), ("a\nb", "a b"),
])
def test_latex_signs_stand_for_themselves(text: str, expected: str) -> None:
    assert latex_escaped(text) == expected


def test_names_that_steer_or_fill_the_page_are_shown_short_and_plain() -> None:
    assert shown("a\u202eb\u200b") == "a<U+202E>b<U+200B>"
    assert len(shown("n" * 5000)) == 60 and shown("n" * 60) == "n" * 60


def hostile() -> ReportInput:
    clips = [clip_of(HOSTILE, f"p{i}") for i in range(4)]
    table = [row for clip in clips for row in rows(clip, all_held(30.0, drift="</script>& \\end{table*}"))]
    return report_input(clips, results(table), title=HOSTILE)


def test_a_hostile_name_breaks_no_markdown_table() -> None:
    for page in pages(of(hostile())):
        lines = to_markdown(page).decode().splitlines()
        rows_ = [line for line in lines if line.startswith("|")]
        bars = {len(re.findall(r"(?<!\\)\|", line)) for line in rows_}
        assert bars == {len(page.heads) + 1} and len(rows_) == 3
        assert not re.search(r"<(?!br>)", "".join(lines)) and "\u202e" not in "".join(lines)


def structure(text: str) -> None:
    """Strict: environments nest, braces balance, every row has the cells that its columns say."""
    body = re.sub(r"(?m)^%.*$", "", text)
    depth = 0
    for sign in re.sub(r"\\[{}\\%&#$_]", "", body):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    open_: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{([a-z*]+)\}", body):
        if kind == "begin":
            open_.append(name)
        else:
            assert open_.pop() == name
    assert open_ == []
    columns = re.search(r"\\begin\{tabular\}\{@\{\}([lr]+)@\{\}\}\n", body)
    assert columns is not None
    table = body[columns.end():body.index("\n\\end{tabular}\n")]
    inner = re.sub(r"\\begin\{tabular\}.*?\\end\{tabular\}", "X", table)
    lines = [line for line in inner.splitlines() if line.endswith(r" \\")]
    assert lines
    for line in lines:
        assert len(re.findall(r"(?<!\\)&", line)) == len(columns[1]) - 1
    assert all(ord(sign) < 0x250 for sign in body)


@pytest.mark.parametrize("found", [
    of_eight, lambda: of(hostile()), lambda: of(report_input([], results([]))),
], ids=["eight", "hostile", "empty"])
def test_latex_tables_are_well_formed(found: Callable[[], Sheet]) -> None:
    for page in pages(found()):
        structure(to_latex(page).decode())


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX here")
def test_latex_compiles(tmp_path: Path) -> None:
    names = []
    for i, found in enumerate((of_eight(), of(hostile()))):
        for name, content in files(found, "latex").items():
            (tmp_path / f"{i}{name}").write_bytes(content)
            names.append(f"{i}{name}")
    body = "\n".join(rf"\input{{{name}}}\clearpage" for name in names)
    (tmp_path / "all.tex").write_text(
        "\\documentclass[twocolumn]{article}\\usepackage[T1]{fontenc}\\usepackage{booktabs}"
        f"\\begin{{document}}{body}\\end{{document}}", encoding="utf-8")
    done = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"], cwd=tmp_path,
                          capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    assert (tmp_path / "all.pdf").stat().st_size > 1000
