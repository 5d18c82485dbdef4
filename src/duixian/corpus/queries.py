"""SQL over a corpus: DuckDB views, for reading only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from duixian.corpus.columns import columns_of
from duixian.corpus.errors import CorpusError, damaged
from duixian.corpus.frames import COUNT_COLUMNS, DOCUMENT_COLUMNS, documents_frame
from duixian.corpus.manifest import Snapshot
from duixian.corpus.parts import owner_column, selections

if TYPE_CHECKING:
    import duckdb

VIEWS = ("documents", "blocks", "figures", "commitments", "projects")
_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "list": "VARCHAR[]",
    "integers": "INTEGER[]",
}


def connect(folder: Path, snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with a view for each of ``VIEWS``; it can read the corpus and change nothing.

    The views have the columns of the frames. No other file can be reached.
    """
    import duckdb

    connection = duckdb.connect(":memory:")
    for kind in ("documents", "blocks"):
        connection.register("_given", documents_frame(snapshot, kind).to_arrow())
        name = "_counts" if kind == "documents" else "_about"
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _given")
        connection.unregister("_given")
    for view in VIEWS:
        try:
            connection.execute(_view(folder, snapshot, view))
        except (duckdb.Error, OSError) as error:
            raise damaged(str(folder / view), _first_line(error)) from error
    for setting in (
        f"SET allowed_directories = [{_quoted(str(folder.resolve()))}]",
        "SET enable_external_access = false",
        "SET autoinstall_known_extensions = false",
        "SET lock_configuration = true",
    ):
        connection.execute(setting)
    return connection


def run_sql(folder: Path, snapshot: Snapshot, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The column names and rows of one SELECT. Raises CorpusError with the reason in the engine's words."""
    import duckdb

    with connect(folder, snapshot) as connection:
        try:
            statements = duckdb.extract_statements(sql)
            if len(statements) != 1 or statements[0].type.name not in ("SELECT", "EXPLAIN"):
                raise CorpusError("SQL", "只能查询，一次一条 SELECT", f"可用的表：{'、'.join(VIEWS)}")
            cursor = connection.execute(statements[0])
            names = [column[0] for column in cursor.description or ()]
            return names, cursor.fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            text = _first_line(error)
            if "parquet" in text.lower():
                raise damaged(str(folder), text) from error
            raise _wrong(text) from error
        except duckdb.Error as error:
            raise _wrong(_first_line(error)) from error


def _wrong(text: str) -> CorpusError:
    return CorpusError("SQL", f"查询有误（{text}）", "请改正后重试；DESCRIBE 表名 可看列名")


def _view(folder: Path, snapshot: Snapshot, kind: str) -> str:
    chosen = selections(folder, snapshot, kind)
    own = [name for name, _ in columns_of(kind)]
    pieces = []
    whole = [_quoted(str(each.path.resolve())) for each in chosen if each.only is None]
    if whole:
        pieces.append(f"SELECT * FROM read_parquet([{', '.join(whole)}])")
    for each in chosen:
        if each.only is not None:
            names = ", ".join(map(_quoted, each.only))
            path = _quoted(str(each.path.resolve()))
            pieces.append(f"SELECT * FROM read_parquet({path}) WHERE {owner_column(kind)} IN ({names})")
    if not pieces:
        nothing = ", ".join(f'CAST(NULL AS {_TYPES[type_]}) AS "{name}"' for name, type_ in columns_of(kind))
        pieces.append(f"SELECT {nothing} WHERE false")
    table, extra = ("_counts", COUNT_COLUMNS) if kind == "documents" else ("_about", DOCUMENT_COLUMNS)
    columns = ", ".join([*(f'r."{name}"' for name in own), *(f'd."{name}"' for name, _ in extra)])
    rows = " UNION ALL ".join(pieces)
    return f"CREATE VIEW {kind} AS SELECT {columns} FROM ({rows}) r JOIN {table} d ON r.{owner_column(kind)} = d._id"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split("\n\n")[0].split())[:300]
