"""Documented rows as CSV, Parquet and JSON; equal rows give equal bytes."""

from __future__ import annotations

import json

from reports.csvtext import cell, csv_text
from reports.exports.tidy import Table


def to_csv(table: Table) -> bytes:
    """UTF-8 with a head line; an empty cell is a number or text that is not there."""
    names = list(table.columns)
    return csv_text(names, ([cell(row[name]) for name in names] for row in table.rows)).encode()


def to_json(title: str, table: Table) -> bytes:
    """One document: the title, the meaning of every column, the rows."""
    body = {"title": title, "columns": {name: field.meaning for name, field in table.columns.items()},
            "rows": table.rows}
    return (json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def to_parquet(table: Table) -> bytes:
    """Typed columns, each with its meaning as metadata ``meaning``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"text": pa.string(), "count": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
    fields = [pa.field(name, kinds[field.kind], metadata={"meaning": field.meaning})
              for name, field in table.columns.items()]
    columns = [pa.array([row[field.name] for row in table.rows], field.type) for field in fields]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(columns, schema=pa.schema(fields)), sink, compression="zstd",
                   version="2.6")
    return bytes(sink.getvalue().to_pybytes())
