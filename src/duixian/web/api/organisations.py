"""Organisations: the tree of the ledger, and who leads what in a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from duixian.ledger.organisations import Organisation
from duixian.web.bookkeeping import AsOf, Known, book_of, register_of
from duixian.web.listing import offices

router = APIRouter(tags=["organisations"])


class OrganisationOut(BaseModel):
    """An organisation. kind: government, department, district or group. parent: id; None for the root."""

    id: str
    name: str
    kind: str
    parent: str | None
    short: str | None


class OrganisationsOut(BaseModel):
    """Organisations of a page, and how many there are in all."""

    total: int
    items: list[OrganisationOut]


class LeadingOut(BaseModel):
    """An organisation that leads items of a plan, and how many of those that the caller may see."""

    id: str
    name: str
    kind: str
    items: int


@router.get("/organisations", summary="The organisations of the ledger")
def organisations(
    request: Request,
    who: Known,
    as_of: AsOf,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> OrganisationsOut:
    """By kind and name; their ids are what items, orders and problems ask for."""
    if not book_of(request).there:
        return OrganisationsOut(total=0, items=[])
    with book_of(request).read(as_of) as then:
        rows = sorted(then.select(Organisation), key=lambda row: (row.kind.value, row.name))
    found = [
        OrganisationOut(id=row.id, name=row.name, kind=row.kind, parent=row.parent, short=row.short)
        for row in rows[offset : offset + limit]
    ]
    return OrganisationsOut(total=len(rows), items=found)


@router.get("/plans/{plan}/organisations", summary="Who leads what in a plan")
def leading(request: Request, plan: str, who: Known, as_of: AsOf) -> list[LeadingOut]:
    """Organisations that lead something that the caller may see, suggested ones among them."""
    register = register_of(request, plan, who, as_of)
    with book_of(request).read(as_of) as then:
        heads = offices(then, register)
    return list(_heads(heads))


def _heads(heads: dict[str, list[tuple[str, str, int]]]) -> Iterator[LeadingOut]:
    for kind, rows in heads.items():
        for id, name, items in rows:
            yield LeadingOut(id=id, name=name, kind=kind, items=items)
