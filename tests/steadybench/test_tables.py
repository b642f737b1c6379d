"""Tables: a pure function of what was wanted and of the records."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from metrics.types import Curve, Identity, Quantity, Value
from steadybench import tables
from steadybench.entries import Entry
from steadybench.errors import InputError
from steadybench.records import Record
from steadybench.wanted import Wanted

COLUMNS = [
    "clip", "method", "backbone", "configuration", "weights_digest", "revision", "prompt_id", "seed",
    "horizon_s", "metric", "value", "unit", "direction", "status", "reason", "clip_sha256", "identity",
]  # fmt: skip
DRIFT = Identity("drift", 1, {"mask": "early"})
QUANTITIES = (
    Quantity("drift.onset", "s", "higher", "Onset."),
    Quantity("drift.area", "1", "none", "Area."),
)
GOOD = Entry(
    'a "river"\n🏞️', method="m, n", prompt_id="p", prompt="x", seed=2**62, horizon_s=0.1, clip_sha256="a" * 64
)
BARE = Entry("bare", clip_sha256="b" * 64)
BROKEN = Entry("broken", clip_sha256="c" * 64)
MISSING = Entry("missing", problem="the job failed; look at the adapter")
RECORDS = [
    Record(
        "a" * 64, "early", DRIFT,
        values=(
            Value("drift.onset", 0.1 + 0.2, "censored"), Value("drift.area", None, "abstained", "no support"),
        ),
        curves=(Curve("drift.area", (0.5, 1.5), (1e-300, None)),),
    ),
    Record("b" * 64, "early", DRIFT, values=(Value("drift.onset", 3.0), Value("drift.area", 0.25))),
    Record("c" * 64, "early", DRIFT, failure="cut off; encode it again"),
]  # fmt: skip


def wanted(*entries: Entry) -> Wanted:
    return Wanted("t", entries, {"early": {"drift": DRIFT}}, QUANTITIES)


def load(key: str) -> Record | None:
    return {record.key: record for record in RECORDS}.get(key)


def written(out: Path, *entries: Entry) -> dict[str, bytes]:
    tables.write(tables.build(wanted(*entries), load), out)
    return {name: (out / name).read_bytes() for name in ("results.parquet", "results.csv", "curves.parquet")}


def test_columns_types_and_nulls_are_as_documented(tmp_path: Path) -> None:
    written(tmp_path, GOOD, BARE, BROKEN, MISSING)

    table = pq.read_table(tmp_path / "results.parquet")
    rows = {(row["clip"], row["metric"]): row for row in table.to_pylist()}
    assert table.column_names == COLUMNS
    assert [str(table.schema.field(name).type) for name in ("seed", "horizon_s", "value")] == [
        "int64", "double", "double",
    ]  # fmt: skip
    assert table.schema.metadata is None
    good = rows[GOOD.clip, "drift.onset"]
    assert (good["value"], good["status"], good["unit"], good["direction"]) == (
        0.1 + 0.2,
        "censored",
        "s",
        "higher",
    )
    assert good["seed"] == 2**62
    assert rows[GOOD.clip, "drift.area"]["value"] is None
    assert rows[GOOD.clip, "drift.area"]["reason"] == "no support"
    assert rows["bare", "drift.area"]["seed"] is None
    assert rows["bare", "drift.area"]["identity"] == DRIFT.digest


def test_what_failed_has_a_row_for_every_quantity_with_its_reason(tmp_path: Path) -> None:
    written(tmp_path, BROKEN, MISSING, Entry("new", clip_sha256="d" * 64))

    rows = pq.read_table(tmp_path / "results.parquet").to_pylist()
    found = {(row["clip"], row["metric"]): (row["status"], row["value"], row["reason"]) for row in rows}
    assert len(rows) == 6
    for quantity in QUANTITIES:
        assert found["broken", quantity.id] == ("failed", None, "cut off; encode it again")
        assert found["missing", quantity.id] == ("failed", None, "the job failed; look at the adapter")
        assert found["new", quantity.id] == ("failed", None, tables.NOT_YET)


def test_the_order_of_clips_does_not_matter_down_to_the_byte(tmp_path: Path) -> None:
    entries = (GOOD, BARE, BROKEN, MISSING)
    first = written(tmp_path, *entries)

    for order in itertools.permutations(entries):
        assert written(tmp_path, *order) == first


def test_the_csv_says_the_same_as_the_parquet(tmp_path: Path) -> None:
    written(tmp_path, GOOD, BARE, BROKEN, MISSING)

    text = (tmp_path / "results.csv").read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    expected = pq.read_table(tmp_path / "results.parquet").to_pylist()
    assert rows == [
        {
            name: "" if value is None else value if isinstance(value, str) else repr(value)
            for name, value in row.items()
        }
        for row in expected
    ]
    assert "\r" not in text and "nan" not in text.lower()


def test_one_clip_under_two_names_has_two_rows_and_one_curve(tmp_path: Path) -> None:
    twin = Entry("twin", clip_sha256=GOOD.clip_sha256)
    written(tmp_path, GOOD, twin)

    results = pq.read_table(tmp_path / "results.parquet").to_pylist()
    curves = pq.read_table(tmp_path / "curves.parquet").to_pylist()
    assert {row["clip"] for row in results} == {GOOD.clip, "twin"}
    assert len({row["clip_sha256"] for row in results}) == 1
    assert [(row["t_s"], row["value"]) for row in curves] == [(0.5, 1e-300), (1.5, None)]
    assert list(curves[0]) == ["clip_sha256", "metric", "t_s", "value", "identity"]


def test_failures_are_told_once_a_clip() -> None:
    namesake = replace(MISSING, backbone="larger", problem="out of memory")
    made = tables.build(wanted(GOOD, BARE, BROKEN, MISSING, namesake), load)

    assert sorted(made.failures()) == [
        ("broken", "cut off; encode it again"),
        ("missing", "out of memory"),
        ("missing", "the job failed; look at the adapter"),
    ]


def test_an_empty_table_still_has_its_columns(tmp_path: Path) -> None:
    written(tmp_path)

    assert pq.read_table(tmp_path / "results.parquet").column_names == COLUMNS
    assert (tmp_path / "results.csv").read_text() == ",".join(COLUMNS) + "\n"


def test_an_undeclared_quantity_cannot_slip_into_a_table() -> None:
    record = Record("a" * 64, "early", DRIFT, values=(Value("drift.secret", 1.0),))

    with pytest.raises(InputError, match=r"drift\.secret"):
        tables.build(wanted(GOOD), lambda _: record)
