"""The tables in the database are those of the code, and an older ledger is brought forward with all it holds."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import office, target
from sqlalchemy import delete, insert, select, text

from duixian.ledger import canonical
from duixian.ledger.base_schema import Base
from duixian.ledger.database import LATEST, connect, migrate, reading, writing
from duixian.ledger.errors import LedgerError
from duixian.ledger.kinds import KINDS
from duixian.ledger.measures import Measure
from duixian.ledger.plans import ItemKind, ItemRegistered
from duixian.ledger.progress import ProgressReported
from duixian.ledger.schema import DERIVED
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.records import Evidence


@pytest.mark.parametrize("kind", DERIVED, ids=lambda kind: kind.__name__)
def test_a_table_has_the_fields_of_its_rows(kind: type) -> None:
    assert [column.name for column in DERIVED[kind].__table__.columns] == [field.name for field in fields(kind)]


def test_the_migrations_make_the_tables_of_the_code(backend: str, tmp_path: Path) -> None:
    engine = connect(target(backend, tmp_path))
    migrate(engine)
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_the_code_works_with_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "duixian.ledger:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == LATEST


def test_a_filled_ledger_of_the_first_version_comes_forward_whole(backend: str, tmp_path: Path) -> None:
    with office(backend, tmp_path) as (ledger, _, place):
        ledger.record("own1", ItemMoved("2025/1", "accept"), ProgressReported("2025/1", "动工"))
        old = target(backend, tmp_path)
        first, now = connect(old), connect(place)
        migrate(first, "0001")
        with reading(now) as source, writing(first) as sink:
            # What was derived then is derived anew; only the journal and its end are the truth.
            for table in (Base.metadata.tables["journal"], Base.metadata.tables["head"]):
                sink.execute(delete(table))
                rows = [dict(row) for row in source.execute(select(table)).mappings()]
                if rows:
                    sink.execute(insert(table), rows)
        for engine in (first, now):
            engine.dispose()
        with Ledger(old) as forward:
            assert forward.verify().ok
            assert forward.rebuild() == ledger.rebuild()
            assert forward.head() == ledger.head()


def test_an_entry_written_before_items_had_more_fields_is_still_read() -> None:
    words = {"source": "云岭.txt", "line": 3, "page": None, "start": 5, "end": 9, "quote": "修路二百"}
    goal = {"name": "里程", "op": "≥", "value": 200.0, "unit": "公里"}
    old = {"plan": "2025", "number": "1", "text": "修路", "kind": "task", "section": "", "deadline": "2025-12-31"}
    event = canonical.typed(ItemRegistered, old | {"evidence": words, "measures": [goal]})
    assert event.evidence == Evidence("云岭.txt", 3, None, 5, 9, "修路二百")
    assert event.measures == (Measure("里程", "≥", 200.0, "公里"),)
    assert (event.also, event.records, event.suggestion) == ((), (), None)


def test_a_ledger_of_a_newer_version_is_not_opened(backend: str, tmp_path: Path) -> None:
    with office(backend, tmp_path) as (_, _, place):
        engine = connect(place)
        with writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        engine.dispose()
        with pytest.raises(LedgerError, match="升级 Duixian"):
            Ledger(place)


def test_a_database_of_something_else_is_not_touched(backend: str, tmp_path: Path) -> None:
    place = target(backend, tmp_path)
    engine = connect(place)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE staff (id INTEGER)"))
    engine.dispose()
    with pytest.raises(LedgerError, match="别的表"):
        Ledger(place)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
EVENTS = st.builds(
    ItemRegistered,
    WORDS,
    WORDS,
    WORDS,
    st.sampled_from(list(ItemKind)),
    WORDS,
    st.none()
    | st.builds(Evidence, WORDS, st.integers(1), st.none() | st.integers(1), st.integers(0), st.integers(0), WORDS),
    st.lists(st.builds(Measure, WORDS, WORDS, st.floats(allow_nan=False, allow_infinity=False), WORDS)).map(tuple),
    st.none() | WORDS,
)


@given(EVENTS)
def test_what_is_written_is_read_back_the_same(event: ItemRegistered) -> None:
    plain = canonical.plain(event)
    assert canonical.typed(ItemRegistered, plain) == event
    assert canonical.text(canonical.plain(canonical.typed(ItemRegistered, plain))) == canonical.text(plain)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["item", "action", "plan", "text"]), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(KINDS)), JSON)
def test_a_payload_that_is_not_ours_is_an_error_and_no_crash(kind: str, value: object) -> None:
    try:
        canonical.typed(KINDS[kind].event, value)
    except ValueError:
        return
