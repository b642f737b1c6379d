"""Answers from tables: comma or tab, one column of JSON or one column a field."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from steadybench.study.codec import plain
from steadybench.study.gathering.gather import gather
from steadybench.study.gathering.model import Gathered
from tests.steadybench.study.answered import DIGEST, NOW, PLAN, answer, posted


def table(path: Path, header: Sequence[str], *rows: Sequence[object], separator: str = ",") -> Gathered:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows([header, *rows])
    made = gather([path], PLAN, DIGEST, None, NOW)
    assert made.lines == len(made.answers) + len(made.aside) + made.blank
    return made


@pytest.mark.parametrize(("column", "separator"), [("answers", ","), ("Answer.answers", "\t")])
def test_column_of_json(column: str, separator: str, tmp_path: Path) -> None:
    rows = [[f"worker {s}", json.dumps([posted(answer(s, at)) for at in range(4)])] for s in range(2)]
    made = table(tmp_path / "a.csv", ["WorkerId", column], *rows, ["lazy", ""], ["odd", "{nothing"],
                 separator=separator)
    assert made.answers == tuple(answer(s, at) for s in range(2) for at in range(4))
    assert [own.kind for own in made.aside] == ["malformed", "malformed"]


@pytest.mark.parametrize("separator", [",", "\t"])
def test_columns_of_fields(separator: str, tmp_path: Path) -> None:
    given = [plain(answer(0, at)) for at in range(3)]
    header = [*reversed(list(given[0])), "comment"]
    rows = [[{**one, "comment": "x"}[name] for name in header] for one in given]
    rows[1][header.index("rt_ms")] = "soon"
    made = table(tmp_path / "a.tsv", header, *rows, [], rows[2][:4], separator=separator)
    assert made.answers == (answer(0, 0), answer(0, 2)) and made.blank == 1
    places = [(own.kind, own.place.rsplit(":")[-1]) for own in made.aside]
    assert places == [("malformed", "3"), ("malformed", "6")]
    assert "rt_ms: expected a number, got 'soon'" in made.aside[0].reason
    assert "expected 24 columns as in the header, got 4" in made.aside[1].reason


def test_missing_columns_are_named(tmp_path: Path) -> None:
    header = [name for name in posted(answer()) if name not in ("rt_ms", "ua_family")]
    (aside,) = table(tmp_path / "a.csv", header, header).aside
    assert aside.kind == "unreadable" and aside.reason.endswith("missing: rt_ms, ua_family")


def test_tables_that_are_none(tmp_path: Path) -> None:
    assert "appear twice: answers" in table(tmp_path / "a.csv", ["answers", "answers"]).aside[0].reason
    empty = tmp_path / "b.csv"
    empty.write_bytes(b"")
    binary = tmp_path / "c.csv"
    binary.write_bytes(b"\xff\xfe\x00answers")
    made = gather([empty, binary], PLAN, DIGEST, None, NOW)
    assert [own.kind for own in made.aside] == ["unreadable", "unreadable"]
