"""Rosters of organisations and people: added and changed by table, every fault named."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from office_tables import desk, told

from duixian.ledger.organisations import Grant, Organisation, OrganisationKind, Person, Role
from duixian.ledger.sheets.changes import Changes, write
from duixian.ledger.sheets.forms import ORGANISATIONS, PEOPLE, forms
from duixian.ledger.sheets.reading import read_table
from duixian.ledger.sheets.rosters import organisation_changes, people_changes
from duixian.ledger.store import Ledger
from duixian.reporting.accounts.roster_workbook import organisations_workbook, people_workbook


@pytest.fixture
def ledger(backend: str, tmp_path: Path) -> Iterator[Ledger]:
    with desk(backend, tmp_path) as (book, _):
        yield book


def roster(ledger: Ledger, data: bytes, people: bool = False, who: str = "li") -> Changes:
    with ledger.read() as tables:
        form = forms(tables).forms[PEOPLE if people else ORGANISATIONS]
        work = people_changes if people else organisation_changes
        return work(tables, read_table(data, "名册.xlsx", form), who)


def table(*rows: tuple[str, ...]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return target.getvalue()


def test_the_rosters_that_go_out_change_nothing_when_they_come_back(ledger: Ledger) -> None:
    with ledger.read() as tables:
        organisations, people = organisations_workbook(tables), people_workbook(tables)
    for changes in (roster(ledger, organisations), roster(ledger, people, people=True)):
        assert (changes.steps, changes.problems) == ((), ())


def test_organisations_are_added_below_others_that_stand_later_and_changed(ledger: Ledger) -> None:
    data = table(
        ("单位", "简称", "种类", "上级单位", "编号"),
        ("路网处", "", "部门", "公路中心", ""),
        ("公路中心", "公路", "", "第1局", "road"),
        ("云岭市教育委员会", "教委", "", "", "edu"),
        ("道路专班", "", "专班", "", ""),
    )
    changes = roster(ledger, data)
    assert changes.problems == ()
    write(ledger, "li", changes)
    with ledger.read() as tables:
        rows = {row.id: row for row in tables.select(Organisation)}
    assert rows["road"] == Organisation("road", "公路中心", OrganisationKind.DEPARTMENT, "dept1", "公路")
    assert rows["路网处"].parent == "road"
    assert (rows["edu"].name, rows["edu"].short) == ("云岭市教育委员会", "教委")
    assert rows["道路专班"].kind is OrganisationKind.GROUP
    assert roster(ledger, data).steps == ()
    assert ledger.verify().difference is None


def test_faults_of_a_roster_of_organisations_are_told_by_row(ledger: Ledger) -> None:
    data = table(
        ("单位", "编号", "种类", "上级单位"),
        ("", "x1", "部门", ""),
        ("甲", "a", "部门", "乙"),
        ("乙", "b", "部门", "甲"),
        ("丙", "c", "公司", ""),
        ("丁", "d", "部门", "没有的单位"),
        ("戊", "d", "部门", ""),
        ("第1局", "dept1", "区县", ""),
        ("己", "e", "部门", "己"),
    )
    assert told(roster(ledger, data)) == [
        (2, "单位"),
        (3, "上级单位"),
        (4, "上级单位"),
        (5, "种类"),
        (6, "上级单位"),
        (7, "编号"),
        (8, "种类"),
        (9, "上级单位"),
    ]


def test_people_are_added_with_roles_in_several_places_and_changed(ledger: Ledger) -> None:
    data = table(
        ("姓名", "编号", "单位", "角色", "角色范围"),
        ("王明", "wang", "第1局", "责任人、配合人", ""),
        ("王明", "wang", "第1局", "配合人", "第2局，教育局[edu2]"),
        ("赵六", "", "市教育局", "", ""),
        ("责任人1", "own1", "第1局", "配合人", ""),
    )
    changes = roster(ledger, data, people=True)
    assert changes.problems == ()
    write(ledger, "li", changes)
    with ledger.read() as tables:
        wang, zhao, own = (tables.need(Person, id, "人员") for id in ("wang", "赵六", "own1"))
    assert wang.grants == (
        Grant(Role.OWNER, "dept1"),
        Grant(Role.CONTRIBUTOR, "dept1"),
        Grant(Role.CONTRIBUTOR, "dept2"),
        Grant(Role.CONTRIBUTOR, "edu2"),
    )
    assert (zhao.organisation, zhao.grants) == ("edu", ())
    assert own.grants == (Grant(Role.CONTRIBUTOR, "dept1"),)
    assert roster(ledger, data, people=True).steps == ()


def test_faults_of_a_roster_of_people_are_told_by_row(ledger: Ledger) -> None:
    data = table(
        ("姓名", "编号", "单位", "角色"),
        ("", "x", "第1局", ""),
        ("甲", "a", "", ""),
        ("乙", "b", "第9局", ""),
        ("丙", "c", "第1局", "局长"),
        ("丁", "own1", "第1局", ""),
        ("戊", "w", "第1局", ""),
        ("己", "w", "第1局", ""),
    )
    assert told(roster(ledger, data, people=True)) == [
        (2, "姓名"),
        (3, "单位"),
        (4, "单位"),
        (5, "角色"),
        (6, "编号"),
        (8, "编号"),
    ]


def test_who_moves_by_roster_leaves_the_old_roles_and_takes_the_new_ones(ledger: Ledger) -> None:
    data = table(
        ("姓名", "编号", "单位", "角色"), ("责任人1", "own1", "第2局", ""), ("配合人1", "help1", "第2局", "责任人")
    )
    changes = roster(ledger, data, people=True)
    assert changes.problems == ()
    assert ("第1局", "第2局") in [(one.before, one.after) for one in changes.changes]
    write(ledger, "li", changes)
    with ledger.read() as tables:
        moved, promoted = (tables.need(Person, id, "人员") for id in ("own1", "help1"))
    assert (moved.organisation, moved.grants) == ("dept2", ())
    assert (promoted.organisation, promoted.grants) == ("dept2", (Grant(Role.OWNER, "dept2"),))


def test_a_namesake_elsewhere_is_not_taken_for_one_who_moved(ledger: Ledger) -> None:
    heading = ("姓名", "编号", "单位", "角色")
    write(ledger, "li", roster(ledger, table(heading, ("赵六", "", "第1局", "")), people=True))
    (problem,) = roster(ledger, table(heading, ("赵六", "", "第2局", "")), people=True).problems
    assert (problem.column, "调动" in problem.remedy) == ("单位", True)
    assert roster(ledger, table(heading, ("赵六", "赵六", "第2局", "")), people=True).problems == ()


def test_the_last_supervisor_cannot_be_taken_away_by_a_roster(ledger: Ledger) -> None:
    data = table(("姓名", "编号", "单位", "角色"), ("李督查", "li", "云岭市人民政府", "查阅人"))
    (problem,) = roster(ledger, data, people=True).problems
    assert "唯一的总督查人员" in problem.reason
