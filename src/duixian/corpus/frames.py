"""Records of a corpus as Polars frames, each row with what is known of its document."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duixian.corpus.columns import columns_of
from duixian.corpus.errors import reading
from duixian.corpus.manifest import Snapshot
from duixian.corpus.parts import owner_column, selections

if TYPE_CHECKING:
    import polars as pl

# What every row says of its document, and whether that is the latest version of itself.
DOCUMENT_COLUMNS = (
    ("document_title", "text"),
    ("document_kind", "text"),
    ("region", "text"),
    ("region_name", "text"),
    ("level", "text"),
    ("plan_year", "integer"),
    ("review_year", "integer"),
    ("version", "integer"),
    ("latest", "boolean"),
)
# What the documents say besides the fields of their record.
COUNT_COLUMNS = (
    ("characters", "integer"),
    ("figures", "integer"),
    ("commitments", "integer"),
    ("projects", "integer"),
    ("version", "integer"),
    ("latest", "boolean"),
    ("added", "number"),
)


def frame_columns(kind: str) -> list[tuple[str, str]]:
    """(name, type) of the columns that :func:`scan` gives for a kind."""
    return [*columns_of(kind), *(COUNT_COLUMNS if kind == "documents" else DOCUMENT_COLUMNS)]


def scan(folder: Path, snapshot: Snapshot, kind: str, parts: Collection[str] | None = None) -> pl.LazyFrame:
    """All live rows of a kind (of some parts only, when given) with the columns of :func:`frame_columns`, in order."""
    import polars as pl

    types = _types()
    empty = pl.LazyFrame(schema={name: types[type_] for name, type_ in columns_of(kind)})
    whole: list[Path] = []
    frames: list[pl.LazyFrame] = []
    for each in selections(folder, snapshot, kind, parts):
        if each.only is None:
            whole.append(each.path)
            continue
        if whole:
            frames.append(pl.scan_parquet(whole))
            whole = []
        frames.append(pl.scan_parquet(each.path).filter(pl.col(owner_column(kind)).is_in(list(each.only))))
    if whole:
        frames.append(pl.scan_parquet(whole))
    rows = pl.concat(frames) if frames else empty
    about = documents_frame(snapshot, kind).lazy()
    joined = rows.join(about, left_on=owner_column(kind), right_on="_id", how="left", maintain_order="left")
    return joined.select([name for name, _ in frame_columns(kind)])


def documents_frame(snapshot: Snapshot, kind: str) -> pl.DataFrame:
    """What the manifest knows of each document, under the names of the columns that rows of a kind get; key ``_id``."""
    import polars as pl

    types = _types()
    columns = COUNT_COLUMNS if kind == "documents" else DOCUMENT_COLUMNS
    versions = snapshot.versions()
    rows = []
    for entry in snapshot.documents.values():
        number, of = versions[entry.id]
        values: dict[str, Any] = {"version": number, "latest": number == of}
        for name, _ in columns:
            if name not in values:
                values[name] = getattr(entry, name.removeprefix("document_"))
        rows.append((entry.id, *(values[name] for name, _ in columns)))
    schema = {"_id": pl.String, **{name: types[type_] for name, type_ in columns}}
    return pl.DataFrame(rows, schema=schema, orient="row")


def collect(frame: pl.LazyFrame, folder: Path) -> pl.DataFrame:
    """The rows. Raises CorpusError when a data file is damaged."""
    with reading(str(folder)):
        return frame.collect()


def member(column: str, values: str | Iterable[str] | None) -> list[pl.Expr]:
    """The condition that a column has one of some values; none when nothing was asked."""
    import polars as pl

    if values is None:
        return []
    return [pl.col(column).is_in([values] if isinstance(values, str) else list(values))]


def of_region(codes: list[str]) -> pl.Expr:
    """Rows of documents of these places, given by code or, for places without one, by name."""
    import polars as pl

    return pl.col("region").is_in(codes) | (pl.col("region").is_null() & pl.col("region_name").is_in(codes))


def of_year(years: list[int]) -> pl.Expr:
    """Figures that speak of a year: by their own period, else by the year their document plans or reviews."""
    import polars as pl

    own = pl.col("period").str.extract(r"(\d{4})$").cast(pl.Int64, strict=False)
    planned = pl.col("status").is_in(["target", "longterm", "ongoing"])
    by_document = pl.when(planned).then(pl.col("plan_year")).otherwise(pl.col("review_year"))
    return pl.coalesce(own, by_document).is_in(years)


def _types() -> dict[str, Any]:
    import polars as pl

    return {
        "text": pl.String,
        "integer": pl.Int64,
        "number": pl.Float64,
        "boolean": pl.Boolean,
        "list": pl.List(pl.String),
        "integers": pl.List(pl.Int32),
    }
