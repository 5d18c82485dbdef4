"""Records as Parquet, typed, so that DuckDB, Polars, Spark or a notebook reads them without us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from duixian.records import DocumentRecord, Record
from duixian.reporting.columns import Column, table_of

_TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.string()),
}
_GROUP = 20_000


def schema_of(kinds: Sequence[str]) -> pa.Schema:
    """The Arrow schema for these kinds; every field carries its meaning as metadata."""
    return pa.schema([_field(column) for column in table_of(kinds).columns], metadata={"duixian": "records/1"})


def write_parquet(target: Path, rows: Iterable[tuple[Record, DocumentRecord]], kinds: Sequence[str]) -> int:
    """Write a Parquet file (zstd, row groups of 20,000) and return the number of records. Raises OSError."""
    table = table_of(kinds)
    schema = schema_of(kinds)
    count = 0
    with pq.ParquetWriter(str(target), schema, compression="zstd") as writer:
        values = (table.row(record, document) for record, document in rows)
        for group in _groups(values):
            columns = [list(column) for column in zip(*group, strict=True)]
            arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(group)
    return count


def _array(column: list[Any], kind: pa.DataType) -> pa.Array:
    """An Arrow array; large whole numbers become the nearest double, which Arrow by itself refuses to do."""
    if kind == pa.float64():
        column = [None if value is None else float(value) for value in column]
    return pa.array(column, kind)


def _field(column: Column) -> pa.Field:
    return pa.field(column.name, _TYPES[column.type], metadata={"meaning": column.meaning, "heading": column.heading})


def _groups(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while group := list(islice(rows, _GROUP)):
        yield group
