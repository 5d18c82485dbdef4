"""Reaching the database: SQLite in one file, or PostgreSQL; transactions that wait, retry or give up in words."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from duixian.ledger.errors import BusyError, LedgerError, UnavailableError

T = TypeVar("T")
_WAIT = 30.0  # seconds that SQLite waits for another writer before it says busy
_ATTEMPTS = 8
_RETRIED = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
_WRITES = "duixian_writes"
LATEST = "0004"
"""The migration that this version of Duixian works with."""
_LAST_OLD_TABLES = "0002"
"""Migrations after this one begin the derived tables anew; what they hold comes from the journal."""


def connect(target: str | Path) -> Engine:
    """The engine for a ledger: a file, or a URL such as postgresql://user@host/name. Raises LedgerError."""
    words = str(target)
    try:
        url = make_url(words) if "://" in words else make_url("sqlite:///").set(database=words)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        shown = url.render_as_string(hide_password=True)
        if url.get_backend_name() == "sqlite":
            if not url.database or url.database == ":memory:":
                raise LedgerError(shown, "台账要存在文件里", "请给出文件名")
            engine = create_engine(url, connect_args={"timeout": _WAIT}, json_deserializer=orjson.loads)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        if url.get_backend_name() == "postgresql":
            return create_engine(url, pool_size=10, max_overflow=50, pool_pre_ping=True, json_deserializer=orjson.loads)
    except (ArgumentError, NoSuchModuleError) as error:
        raise LedgerError(words.split("://")[0], "不是可用的数据库地址", "请给出文件名或 postgresql:// 地址") from error
    except ModuleNotFoundError as error:
        raise LedgerError(shown, "缺少 PostgreSQL 驱动", "请安装 duixian[postgres]") from error
    raise LedgerError(url.drivername, "不支持这种数据库", "请用 SQLite 文件或 PostgreSQL")


def migrate(engine: Engine, revision: str = LATEST) -> None:
    """Bring the database's tables up to this version of Duixian; nothing happens when they are."""
    with translated(engine):
        before = _checked_revision(engine)
        if before == revision:
            return
    # Only a ledger that must change pays for loading the migrations.
    from alembic import command
    from alembic.config import Config

    from duixian.ledger.replay import refill

    config = Config()
    config.set_main_option("script_location", "duixian.ledger:migrations")
    with translated(engine), writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Two offices that open a new ledger at once would both create its tables.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7304581)")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if before is not None and before <= _LAST_OLD_TABLES < revision:
            refill(connection)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that will write; on SQLite it holds the write lock from its first moment."""
    with engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment of the whole database, whatever others write meanwhile."""
    with engine.connect() as plain:
        level = {"isolation_level": "REPEATABLE READ"} if plain.dialect.name == "postgresql" else {}
        connection = plain.execution_options(**level)
        with connection.begin():
            yield connection


def retried(engine: Engine, work: Callable[[], T]) -> T:
    """Do the work, and again after a short random wait while the database is busy. Raises BusyError at last.

    Only failures in which the database has undone everything are tried again: a lost connection is not, because
    what was being written may have been kept.
    """
    with translated(engine):
        for attempt in range(_ATTEMPTS):
            try:
                return work()
            except DBAPIError as error:
                if not _is_busy(error):
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))
    raise BusyError(_shown(engine), "数据库一直被占用", "请稍后重试；内容没有保存")


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn what the database says into :class:`LedgerError`, with the password left out.

    UnavailableError for a database that cannot be reached or was lost meanwhile.
    """
    try:
        yield
    except OperationalError as error:
        reason = f"数据库打不开或中断了（{str(error.orig)[:160].strip()}）"
        raise UnavailableError(_shown(engine), reason, "请检查路径、权限、磁盘空间和连接，查看后再重试") from error
    except DBAPIError as error:
        reason = f"不是台账，或已损坏（{str(error.orig)[:160].strip()}）"
        raise LedgerError(_shown(engine), reason, "请检查文件名，或从备份恢复") from error


def _checked_revision(engine: Engine) -> str | None:
    """The migration at which the database is, None when it is empty. Raises LedgerError when it is no ledger."""
    with reading(engine) as connection:
        tables = inspect(connection).get_table_names()
        if "alembic_version" in tables and "journal" in tables:
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
            if found is None or not "0001" <= found <= LATEST:
                raise LedgerError(_shown(engine), f"台账由更新的版本写成（{found}）", "请升级 Duixian 后再打开")
            return str(found)
        if tables:
            raise LedgerError(_shown(engine), "这个数据库里有别的表，不是台账", "请换一个文件或数据库")
        return None


def _is_busy(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    return code in _RETRIED or str(getattr(error.orig, "sqlite_errorname", "")).startswith("SQLITE_BUSY")


def _shown(engine: Engine) -> str:
    return engine.url.database or "" if engine.dialect.name == "sqlite" else engine.url.render_as_string()


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # The driver's own habit of opening transactions late would read before it locks; we open them ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: what has been acknowledged is on the disk, whatever happens to the machine.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
