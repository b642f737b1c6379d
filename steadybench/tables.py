"""Result tables: a pure function of what was wanted and what the records say."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from metrics.types import Quantity
from reports.csvtext import csv_text
from steadybench import atomic
from steadybench.entries import Entry
from steadybench.errors import InputError
from steadybench.records import Record
from steadybench.wanted import FILE, Wanted

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Load = Callable[[str], Record | None]

LEVEL = ".level"
PREMISE = "premise"
NOT_YET = "not measured yet; run the same command again"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One number of one clip, or the reason why there is none. Field names are the column names."""

    clip: str
    """The clip's name as given, for people; never a key."""
    method: str
    backbone: str
    configuration: str
    weights_digest: str
    """SHA-256 of the weights; empty where there are none or nobody said."""
    revision: str
    """Version of the program that made the clip; empty where nobody said."""
    prompt_id: str
    seed: int | None
    horizon_s: float | None
    metric: str
    value: float | None
    """None exactly where status is abstained or failed."""
    unit: str
    direction: str
    """higher, lower or none: which way is better."""
    status: str
    """ok, censored, abstained or failed."""
    reason: str
    clip_sha256: str
    identity: str
    """Digest of the measurement identity; ``run.json`` holds it in full."""


@dataclass(frozen=True, slots=True)
class CurveRow:
    """One point of one curve."""

    clip_sha256: str
    metric: str
    t_s: float
    value: float | None
    """None where the bin could not be measured."""
    identity: str


@dataclass(frozen=True, slots=True)
class Tables:
    """All rows of a run, each list in a total order that does not depend on the order of the clips."""

    results: tuple[ResultRow, ...]
    """Every wanted number of every clip."""
    curves: tuple[CurveRow, ...]
    """Every curve point once, also where one clip carries two names."""

    def failures(self) -> list[tuple[str, str]]:
        """Name of each clip that lacks numbers, and why; two clips may go by one name."""
        reasons: dict[tuple[object, ...], dict[str, None]] = {}
        for row in self.results:
            if row.status == "failed":
                made_by = (row.method, row.backbone, row.configuration, row.weights_digest, row.revision)
                clip = (row.clip, *made_by, row.clip_sha256)
                reasons.setdefault(clip, {})[row.reason] = None
        return [(str(clip[0]), "; ".join(found)) for clip, found in reasons.items()]


def build(wanted: Wanted, load: Load) -> Tables:
    """Read each record once and lay out the rows."""
    results: list[ResultRow] = []
    curves: set[CurveRow] = set()
    for entry in wanted.entries:
        records = {name: load(key) for name, key in wanted.keys(entry).items()}
        results += _entry_rows(wanted, entry, records)
        curves.update(point for record in records.values() if record for point in _points(record))
    return Tables(
        results=tuple(sorted(results, key=_order)),
        curves=tuple(sorted(curves, key=lambda row: (row.clip_sha256, row.metric, row.identity, row.t_s))),
    )


def _points(record: Record) -> Iterator[CurveRow]:
    identity = record.identity.digest  # worked out anew each time it is asked for
    for curve in record.curves:
        for t_s, value in zip(curve.t_s, curve.values, strict=True):
            yield CurveRow(record.clip_sha256, curve.metric, t_s, value, identity)


def _order(row: ResultRow) -> tuple[object, ...]:
    seed = -1 if row.seed is None else row.seed
    horizon = -1.0 if row.horizon_s is None else row.horizon_s
    return (
        row.method,
        row.backbone,
        row.configuration,
        row.weights_digest,
        row.revision,
        row.prompt_id,
        seed,
        horizon,
        row.clip,
        row.clip_sha256,
        row.metric,
        row.identity,
        row.reason,
    )


def _entry_rows(wanted: Wanted, entry: Entry, records: Mapping[str, Record | None]) -> Iterator[ResultRow]:
    if entry.problem:
        for quantity in numbers(wanted.quantities):
            yield _row(entry, quantity, None, "failed", entry.problem, "")
        return
    declared = {quantity.id: quantity for quantity in wanted.quantities}
    for name, record in records.items():
        identity = wanted.identities[entry.mask_source][name].digest
        if record is not None and not record.failure:
            for value in record.values:
                yield _row(entry, _declared(declared, value.metric), value.value, value.status, value.reason,
                           identity)
            continue
        reason = record.failure if record else NOT_YET
        for quantity in of_measurement(wanted.quantities, name, wanted.identities[entry.mask_source]):
            yield _row(entry, quantity, None, "failed", reason, identity)


def _declared(declared: Mapping[str, Quantity], metric: str) -> Quantity:
    if metric not in declared:
        raise InputError(
            f"{FILE} does not declare {metric}, which a record holds; run the command that made this "
            "folder again."
        )
    return declared[metric]


def numbers(quantities: Sequence[Quantity]) -> list[Quantity]:
    """Leave out the levels, which exist as curves only: their summaries are numbers of their own."""
    return [quantity for quantity in quantities if not quantity.id.endswith(LEVEL)]


def of_measurement(quantities: Sequence[Quantity], name: str, names: Collection[str]) -> list[Quantity]:
    """List the numbers that one measurement returns.

    Those are named ``<measurement>.<quantity>``; what is named after no measurement, such as
    ``mask.support_area``, describes the clip and comes with the premise.
    """
    owner = {item.id: item.id.partition(".")[0] for item in quantities}
    return [
        item
        for item in numbers(quantities)
        if (owner[item.id] if owner[item.id] in names else PREMISE) == name
    ]


def _row(
    entry: Entry,
    quantity: Quantity,
    value: float | None,
    status: str,
    reason: str,
    identity: str,
) -> ResultRow:
    return ResultRow(
        clip=entry.clip,
        method=entry.method,
        backbone=entry.backbone,
        configuration=entry.configuration,
        weights_digest=entry.weights_digest,
        revision=entry.revision,
        prompt_id=entry.prompt_id,
        seed=entry.seed,
        horizon_s=entry.horizon_s,
        metric=quantity.id,
        value=value,
        unit=quantity.unit,
        direction=quantity.better,
        status=status,
        reason=reason,
        clip_sha256=entry.clip_sha256,
        identity=identity,
    )


def write(tables: Tables, out: Path) -> None:
    """Write ``results.parquet``, ``results.csv`` and ``curves.parquet``; equal input gives equal bytes.

    Raises:
        StorageError: the disk does not take them; each file is whole, old or new.
    """
    atomic.write_bytes(out / "results.parquet", _parquet(ResultRow, tables.results))
    atomic.write_text(out / "results.csv", _csv(tables.results))
    atomic.write_bytes(out / "curves.parquet", _parquet(CurveRow, tables.curves))


def frames(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lay out results and curves as a reader of the written files gets them."""
    import pandas as pd

    parts = ((ResultRow, tables.results), (CurveRow, tables.curves))
    results, curves = (pd.read_parquet(io.BytesIO(_parquet(kind, rows))) for kind, rows in parts)
    return results, curves


def _csv(rows: Sequence[ResultRow]) -> str:
    names = [field.name for field in fields(ResultRow)]
    return csv_text(names, map(attrgetter(*names), rows))


def _parquet(row_type: type[ResultRow | CurveRow], rows: Sequence[ResultRow | CurveRow]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        field.name: pa.array([getattr(row, field.name) for row in rows], _arrow_type(str(field.type)))
        for field in fields(row_type)
    }
    schema = pa.schema(
        [
            pa.field(field.name, _arrow_type(str(field.type)), nullable="None" in str(field.type))
            for field in fields(row_type)
        ]
    )
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns, schema=schema), sink, compression="zstd", version="2.6")
    return bytes(sink.getvalue().to_pybytes())


def _arrow_type(annotation: str) -> pa.DataType:
    import pyarrow as pa

    return {"str": pa.string(), "int": pa.int64(), "float": pa.float64()}[annotation.removesuffix(" | None")]
