"""What the public sees of a plan."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request
from starlette.responses import Response

from duixian.web.api.book_schemas import PromiseOut, PublicOut
from duixian.web.public import CACHED, csv_of, public_plan

router = APIRouter(tags=["public"])


@router.get("/public/{plan}", summary="What is public of a plan")
def public(request: Request, response: Response, plan: str) -> PublicOut:
    """For everybody, without a token."""
    found = public_plan(request, plan)
    response.headers.update(CACHED)
    return PublicOut(
        plan=found.plan,
        title=found.title,
        year=found.year,
        government=found.government,
        period=found.period,
        items=[PromiseOut(**asdict(one)) for one in found.items],
    )


@router.get(
    "/public/{plan}/items.csv",
    summary="What is public of a plan as a table",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def public_csv(request: Request, plan: str) -> Response:
    """For everybody, without a token."""
    return Response(csv_of(request, plan), media_type="text/csv; charset=utf-8", headers=CACHED)
