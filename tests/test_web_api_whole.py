"""The interface does all that the pages do: every page, every act of its forms and every filter has its operation."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi import FastAPI

from duixian.web import app as application
from duixian.web import shaping, yearend
from duixian.web.api import PREFIX
from duixian.web.app import create_app
from duixian.web.settings import Settings


class Not(str):
    """Why a program needs no counterpart."""


Same = tuple[str, ...] | Not
"""The operations that do the same, by their ids, or why there is none."""

_BROWSER = Not("browsers sign in with it; a program brings a token")
_SHOWS_FORM = Not("an empty form; what it sends has its operation")

# Every route of the pages.
ROUTES: dict[str, Same] = {
    # The library.
    "GET /": ("documents_documents",),
    "POST /library/upload": ("uploads_uploads",),
    "POST /library/folder": ("uploads_folders",),
    "POST /library/samples": ("uploads_samples",),
    "POST /library/remove": ("documents_remove",),
    "GET /search": ("search_search",),
    # The reader.
    "GET /documents/{document}": ("documents_document", "documents_text", "records_records", "records_owners"),
    "POST /documents/{document}/owners": ("corrections_correct",),
    "GET /documents/{document}/at": Not("leads to a paragraph by its line; documents_text gives the line of each"),
    "GET /documents/{document}/records/{record}": ("records_record", "corrections_fields", "corrections_corrections"),
    "POST /documents/{document}/records/{record}": ("corrections_correct",),
    "GET /documents/{document}/add": ("corrections_suggestion", "corrections_fields"),
    "POST /documents/{document}/add": ("corrections_correct",),
    "GET /corrections": ("corrections_corrections",),
    "GET /corrections/gold.zip": ("corrections_gold",),
    "POST /corrections/withdraw": ("corrections_correct",),
    # Compare.
    "GET /compare": ("matrix_matrix",),
    "GET /compare/chart.{format}": ("matrix_chart",),
    "GET /compare/table.{format}": ("matrix_table",),
    # Plans.
    "GET /documents/{document}/plan": ("plans_proposals", "organisations_organisations"),
    "POST /documents/{document}/plan": ("plans_open_plan",),
    "GET /plans": ("plans_plans",),
    "GET /plans/{plan}": ("plans_items", "plans_plan", "organisations_leading"),
    "POST /plans/{plan}": ("plans_assign", "plans_publish", "plans_carry", "plans_close"),
    "GET /plans/{plan}/items.{format}": ("plans_items_file",),
    "GET /plans/{plan}/table": ("plans_table_data",),
    "POST /plans/{plan}/table": ("plans_import_table",),
    "GET /plans/{plan}/table.{format}": ("plans_table",),
    # Items.
    "GET /items/{item}": ("items_item", "supervision_orders", "supervision_problems", "organisations_organisations"),
    "POST /items/{item}": ("items_act", "items_revise", "items_report", "items_attach"),
    "GET /items/chart.svg": ("items_trajectory",),
    "GET /items/file": ("items_attachment",),
    # Rounds.
    "GET /plans/{plan}/rounds": ("rounds_rounds", "rounds_periods"),
    "POST /plans/{plan}/rounds": ("rounds_begin",),
    "GET /rounds/{round}": ("rounds_dues", "rounds_round"),
    "POST /rounds/{round}": ("rounds_end",),
    "GET /rounds/{round}/ranking": ("comparisons_boards",),
    "POST /rounds/{round}/ranking": ("comparisons_publish",),
    "GET /rounds/{round}/bulletin.{format}": ("comparisons_bulletin",),
    "GET /minute": ("rounds_minute",),
    "POST /minute": ("items_report", "items_attach"),
    # What goes out of the book.
    "GET /leader/{plan}": ("comparisons_onepage_data",),
    "GET /leader/{plan}.{format}": ("comparisons_onepage",),
    "GET /plans/{plan}/statement.{format}": ("comparisons_statement",),
    "GET /plans/{plan}/closing.{format}": ("plans_statement_file", "plans_statement"),
    "GET /public/{plan}": ("public_public",),
    "GET /public/{plan}.json": ("public_public",),
    "GET /public/{plan}.csv": ("public_public_csv",),
    # The door.
    "GET /sign-in": _BROWSER,
    "POST /sign-in": _BROWSER,
    "GET /sign-in/provider": _BROWSER,
    "GET /sign-in/provider/back": _BROWSER,
    "POST /sign-out": Not("ends the session of one browser; a token is revoked with account_act"),
    "GET /l/{token}": Not("a browser follows it to one's minute; a program brings a token to rounds_minute"),
    "GET /password": _SHOWS_FORM,
    "POST /password": ("account_change_password",),
    "GET /account": ("account_account",),
    "POST /account": ("account_make_token", "account_act"),
    "GET /accounts": ("accounts_people", "accounts_tokens", "accounts_journal"),
    "POST /accounts": ("accounts_add_person", "accounts_add_account", "accounts_act"),
    # Beside the rooms.
    "GET /static": Not("looks and scripts of the pages"),
}

_ROWS = Not("changes the lines of the form and writes nothing; plans_open_plan takes the lines as they shall be")
_MORE = Not("adds empty rows to the form")
_KEPT = Not("the hidden field by which the page finds the file that was shown; a program sends it again")

# Every act of the forms, by the template that offers it; what stands in braces is filled in when the page is made.
ACTS: dict[str, dict[str, Same]] = {
    "account.html": {
        "token": ("account_make_token",),
        "revoke": ("account_act",),
        "everywhere": ("account_act",),
    },
    "accounts.html": {
        "person": ("accounts_add_person",),
        "add": ("accounts_add_account",),
        "reset": ("accounts_act",),
        "enable": ("accounts_act",),
        "disable": ("accounts_act",),
        "everywhere": ("accounts_act",),
        "link": ("accounts_act",),
        "recall": ("accounts_act",),
        "revoke": ("accounts_act",),
        "{{ action }}": Not("of the macro with which others here are written"),
    },
    "item.html": {
        "report": ("items_report",),
        "revise": ("items_revise",),
        "{{ action.name }}": ("items_act",),
        "{{ kind }}": ("supervision_issue", "supervision_find"),
        "{{ kind }}:{{ act.name }}:{{ one.id }}": ("supervision_move_order", "supervision_move_problem"),
    },
    "shaping.html": {
        "slice": ("items_spread",),
        "milestones": ("items_milestones",),
        "split": ("items_split",),
        "more:slice": _MORE,
        "more:milestones": _MORE,
        "more:split": _MORE,
    },
    "plan.html": {
        "assign": ("plans_assign",),
        "publish": ("plans_publish",),
        "conceal": ("plans_publish",),
    },
    "yearend.html": {
        "carry": ("plans_carry",),
        "close": ("plans_close",),
        "chosen": ("plans_carry",),
        "all": ("plans_carry",),
    },
    "opening.html": {
        "open": ("plans_open_plan",),
        "look": _ROWS,
        "lead": _ROWS,
        "kind": _ROWS,
        "merge": _ROWS,
        "out": _ROWS,
        "in": _ROWS,
    },
    "minute.html": {
        "{{ slip.item.id }}": ("items_report",),
        "{{ item.id }}": ("items_report",),
    },
    "record.html": {
        "save": ("corrections_correct",),
        "drop": ("corrections_correct",),
    },
    "table.html": {"{{ kept }}": _KEPT},
}
# Acts that the handlers know and that templates write from data.
WRITTEN = {"order": ("supervision_issue", "supervision_move_order"), "problem": ("supervision_find",)}

# What selects something on a page and has another name, or none, in the interface; "" stands for every page.
PARAMETERS: dict[tuple[str, str], str] = {
    ("", "page"): "limit and offset",
    ("GET /search", "kind"): "the form carries it along; the search does not look at it",
    ("GET /documents/{document}", "record"): "marks one record in the text; records_record gives it",
    ("GET /documents/{document}", "show"): "kind and state of records_records",
    ("GET /documents/{document}", "done"): "what the page says after a form was taken",
    ("GET /items/{item}", "measure"): "opens the form in which it is spread; items_spread takes what is filled in",
    ("GET /items/{item}", "along"): "opens the form in which a measure is spread over it",
    ("GET /rounds/{round}", "show"): "state of rounds_dues",
    ("GET /rounds/{round}", "closing"): "the same counts once more, with a button; rounds_round has them",
    ("GET /compare/chart.{format}", "save"): "shown or saved is for the program to say",
}
_CONTROL = re.compile(r'name="(?:act|action|only|anyway|kept|which)" value="([^"]*)"')
_MACRO = re.compile(r"\bact\(person, '(\w+)'")
_ASKED = {"act", "action", "wished", "kind", "which"}
TEMPLATES = Path(application.__file__).parent / "templates"


@cache
def paths() -> dict[str, Any]:
    """All that the application answers to, as it is put together, pages and interface, by path and method."""
    include = FastAPI.include_router

    def described(self: FastAPI, router: Any, **options: Any) -> None:
        include(self, router, **{name: value for name, value in options.items() if name != "include_in_schema"})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FastAPI, "include_router", described)
        patch.setattr("duixian.web.desk.create_corpus", lambda path: None)
        app = create_app(Settings(Path("nowhere")))
    found: dict[str, Any] = app.openapi()["paths"]
    for route in app.routes:
        path = getattr(route, "path", None)
        if path and not path.startswith(PREFIX) and path not in found:
            found[path] = {"get": {"parameters": []}}
    return found


def pages() -> dict[str, list[str]]:
    """The names in the query of every route that is not of the interface."""
    return {
        f"{method.upper()} {path}": [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
        for path, methods in paths().items()
        for method, told in methods.items()
        if not path.startswith(PREFIX)
    }


def operations() -> dict[str, tuple[str, set[str]]]:
    """Method and names of parameters of every operation of the interface, by its id."""
    return {
        told["operationId"]: (method, {one["name"] for one in told.get("parameters", ())})
        for path, methods in paths().items()
        for method, told in methods.items()
        if path.startswith(PREFIX)
    }


def offered() -> dict[str, set[str]]:
    """The acts that each template offers."""
    found = {}
    for file in TEMPLATES.glob("*.html"):
        text = file.read_text("utf-8")
        acts = {*_CONTROL.findall(text), *_MACRO.findall(text)}
        if acts:
            found[file.name] = acts
    return found


def handled(module: ModuleType) -> Iterator[str]:
    """The acts that a module of pages asks for by name, in comparisons with what a form said."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(node, ast.Compare) or not _says(node.left):
            continue
        for each in node.comparators:
            parts = each.elts if isinstance(each, ast.Tuple | ast.Set | ast.List) else [each]
            for part in parts:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value
                elif isinstance(part, ast.Name) and part.id.isupper():
                    value = getattr(module, part.id)
                    yield from [value] if isinstance(value, str) else value
                elif isinstance(part, ast.Attribute) and part.attr.isupper() and isinstance(part.value, ast.Name):
                    yield getattr(getattr(module, part.value.id), part.attr)


def _says(left: ast.expr) -> bool:
    """Whether this is what the form said, in a name or read on the spot: ``text_field(form, "act")``."""
    if isinstance(left, ast.Call):
        return any(isinstance(one, ast.Constant) and one.value in _ASKED for one in left.args)
    return isinstance(left, ast.Name) and left.id in _ASKED


def test_every_route_of_the_pages_has_its_operation_or_a_reason() -> None:
    assert len(pages()) > 50
    assert pages().keys() == ROUTES.keys()


def test_every_act_of_a_form_has_its_operation_or_a_reason() -> None:
    assert offered() == {name: set(acts) for name, acts in ACTS.items()}


def test_no_page_takes_an_act_that_no_form_offers_and_no_program_can_do() -> None:
    known = {act for acts in ACTS.values() for act in acts} | WRITTEN.keys()
    kinds = {"figure", "commitment", "project"}  # of records; also compared by a name that is asked for here
    for module in (*application._ROOMS, shaping, yearend):
        assert set(handled(module)) - known - kinds == set(), module.__name__
    assert set(handled(shaping)) | set(handled(yearend)) >= {"slice", "milestones", "close"}


def test_what_is_named_is_there_and_only_what_changes_nothing_is_read() -> None:
    there = operations()
    named = [(route.startswith("GET"), same) for route, same in ROUTES.items()]
    named += [(False, same) for acts in ACTS.values() for same in acts.values()]
    named += [(False, same) for same in WRITTEN.values()]
    for reads, same in named:
        if isinstance(same, Not):
            assert len(same) > 15
            continue
        assert same
        for operation in same:
            assert operation in there, operation
            assert (there[operation][0] == "get") is reads, operation


def test_whatever_selects_something_on_a_page_selects_it_for_programs() -> None:
    there, excused = operations(), set()
    for route, asked in pages().items():
        same = ROUTES[route]
        # What stands in the address of a form only leads back to the page.
        if isinstance(same, Not) or not route.startswith("GET"):
            continue
        taken = {name for operation in same for name in there[operation][1]}
        for name in set(asked) - taken:
            excuse = next((key for key in (("", name), (route, name)) if key in PARAMETERS), None)
            assert excuse is not None, (route, name)
            excused.add(excuse)
    assert PARAMETERS.keys() == excused


def test_ids_of_operations_are_unique_and_short() -> None:
    ids = [told["operationId"] for path, all in paths().items() if path.startswith(PREFIX) for told in all.values()]
    assert len(set(ids)) == len(ids) > 70
    assert all(re.fullmatch(r"[a-z]+_[a-z_]+", id) for id in ids)
