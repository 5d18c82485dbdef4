"""A whole year of an office: 300 items, 40 organisations, 12 rounds and 4 quarterly ones, opened, kept and closed."""

from __future__ import annotations

from pathlib import Path

from ledger_invariants import Picture
from ledger_office import office, target
from ledger_steps import computed
from ledger_year import DISTRICTS, EARLY, Year

from duixian.ledger.exchange import export, restore
from duixian.ledger.plans import SETTLED, Item, Plan, State
from duixian.ledger.problems import Problem
from duixian.ledger.ranking import Published, published
from duixian.ledger.rounds import Due, Round, digest
from duixian.ledger.store import Ledger

ITEMS, ORGANISATIONS = 300, 40
HAPPENED = {
    *("accept", "decline", "submit", "close", "return", "reopen", "transfer", "rearrange", "suspend", "resume"),
    *("terminate", "ask_extension", "grant_extension", "refuse_extension"),
    *("items.merged", "item.split", "measure.sliced", "item.carried", "plan.closed", "rule.adopted"),
    *("sign", "reply", "withdraw", "measure", "done", "pass", "fail", "void"),
    *("satisfaction.rated", "metric.recorded", "mark.given", "mark.withdrawn", "ranking.published"),
    *("escalated: remind", "escalated: order", "escalated: talk", "escalated: report"),
}


def test_a_year_is_kept_closed_and_told_again_from_its_journal(backend: str, tmp_path: Path) -> None:
    departments = ORGANISATIONS - len(DISTRICTS)
    with office(backend, tmp_path, ITEMS - EARLY, departments) as (ledger, clock, _):
        year = Year(ledger, clock, departments)
        year.run()
        assert year.happened.keys() >= HAPPENED, HAPPENED - year.happened.keys()
        assert year.steps > 400
        assert year.refusals > 20
        assert ledger.verify().ok
        with ledger.read() as tables:
            stored = Picture(tables)
            final = computed(tables, year.day, "2025")
            told = published(tables, "2025")
        the_year_had_all_that_was_asked(stored)

        # From the journal alone.
        rebuilt = ledger.rebuild()
        assert Picture(rebuilt) == stored == year.now
        assert computed(rebuilt, year.day, "2025") == final

        # As people saw it on some days.
        for seen in year.seen:
            with ledger.read(seen.day) as tables:
                assert Picture(tables) == seen.rows
                assert computed(tables, seen.day, seen.period) == seen.computed

        # From the file.
        export(ledger, tmp_path / "台账.jsonl")
        with Ledger(target(backend, tmp_path)) as other:
            assert restore(tmp_path / "台账.jsonl", other) == ledger.head()
            assert other.verify().ok
            with other.read() as tables:
                assert Picture(tables) == stored
                assert computed(tables, year.day, "2025") == final
                assert published(tables, "2025") == told


def the_year_had_all_that_was_asked(book: Picture) -> None:
    items, dues, rounds = book.of(Item).values(), book.of(Due).values(), book.of(Round).values()
    assert sum(item.plan == "2025" and not item.sources for item in items) == ITEMS
    assert sorted(round.rhythm for round in rounds if round.plan == "2025") == ["monthly"] * 12 + ["quarterly"] * 4
    assert all(round.digest == digest(due for due in dues if due.round == round.id) for round in rounds)
    assert {item.state for item in items if item.plan == "2025"} == SETTLED
    assert book.of(Plan)["2025"].state == "closed"
    assert any(item.deadline > item.first_deadline for item in items)
    assert any(due.late for due in dues)
    assert any(due.report is None for due in dues)
    lights = {due.frozen.light for due in dues if due.frozen}
    assert {"green", "yellow", "red"} <= lights
    assert any(problem.failures > 1 for problem in book.of(Problem).values())
    carried = [item for item in items if item.state is State.CARRIED]
    assert all(book.of(Item)[item.became[0]].plan == "2026" for item in carried)
    assert len(book.of(Published)) == 18
