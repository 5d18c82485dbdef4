"""The HTTP interface: all that the pages do, for programs."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from duixian.web.api import (
    accounts,
    comparisons,
    corrections,
    documents,
    items,
    matrix,
    opening,
    organisations,
    own,
    plans,
    public,
    records,
    rounds,
    search,
    shaping,
    supervision,
    uploads,
    yearend,
)
from duixian.web.api.problems import PREFIX, PROBLEMS
from duixian.web.visitors import librarian

DESCRIPTION = """All that the pages do. Errors are problem details (RFC 9457) that say what, why and what to
do, in Chinese, or in English with `?lang=en`."""

# Each has a ``router`` over the corpus. What others add to the interface is one more name here.
_PARTS = (documents, records, search, corrections, matrix, uploads)
# Those over the account book, whose rules say who may do what.
_BOOK = (opening, plans, organisations, rounds, items, shaping, supervision, comparisons, yearend, own, accounts)


def _operation(route: APIRoute) -> str:
    """The id of an operation: what programs made from the description call it."""
    return f"{route.tags[0]}_{route.name}"


router = APIRouter(responses=PROBLEMS, generate_unique_id_function=_operation)
for _part in _PARTS:
    router.include_router(_part.router, dependencies=[Depends(librarian)])
for _part in _BOOK:
    router.include_router(_part.router)

open_router = APIRouter(responses=PROBLEMS, generate_unique_id_function=_operation)
"""What everybody may ask for without a token."""
open_router.include_router(public.router)

__all__ = ["DESCRIPTION", "PREFIX", "open_router", "router"]
