"""Lights of a plan and rankings of its rounds, and the files that go out of the book."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from duixian.ledger.lights import lights as lit
from duixian.ledger.plans import Item
from duixian.ledger.ranking import Board, Published, Ranked, RankingPublished, published, ranking
from duixian.ledger.rounds import Round
from duixian.ledger.seeing import visible_items
from duixian.ledger.tables import Tables
from duixian.ledger.views import order
from duixian.web.api.output_schemas import DecisionOut, MeasureLineOut, OnePageOut
from duixian.web.api.supervision_schemas import (
    BoardOut,
    LightOut,
    LightsOut,
    PublishedOut,
    RankedByOut,
    RankedOut,
    RankingIn,
    RankingOut,
    ReasonOut,
)
from duixian.web.bookkeeping import (
    AsOf,
    Known,
    actor,
    book_of,
    ledger_of,
    person_of,
    plan_of,
    require_oversight,
    today,
)
from duixian.web.exports import MEDIA
from duixian.web.language import language_of
from duixian.web.leader import bulletin_file, onepage_file, onepage_of, statement_file
from duixian.web.looking import look_on
from duixian.web.ranking import USUAL, choices
from duixian.web.table import DOCX

router = APIRouter(tags=["comparisons"])
Format = Literal["html", "docx", "xlsx"]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_CONTENT = {MEDIA["xlsx"]: _BINARY, DOCX: _BINARY, "text/html": {"schema": {"type": "string"}}}


@router.get("/plans/{plan}/lights", summary="The lights of a plan")
def lights(
    request: Request,
    plan: str,
    who: Known,
    as_of: AsOf,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> LightsOut:
    """Of the items that the caller may see: how each stands on the day, and why."""
    day, chinese = as_of or today(), language_of(request) == "zh"
    with book_of(request).read_then(as_of) as (tables, then):
        plan_of(then, plan)
        seen = {item.id for item in visible_items(tables, person_of(tables, who), plan)}
        numbers = {item.id: item.number for item in then.select(Item, plan=plan)}
        found = [light for light in lit(then, plan, day) if light.item in seen]
    found.sort(key=lambda light: order(numbers[light.item]))
    return LightsOut(
        day=day.isoformat(),
        total=len(found),
        lights=dict(Counter(str(light.colour) for light in found)),
        items=[
            LightOut(
                item=light.item,
                number=numbers[light.item],
                colour=light.colour,
                why=light.sentence if chinese else light.english,
                reasons=[ReasonOut(name=one.name, colour=one.colour) for one in light.reasons],
                time=light.time,
                days_left=light.days_left,
                lag=light.lag,
            )
            for light in found[offset : offset + limit]
        ],
    )


@router.get("/rounds/{round}/ranking", summary="The ranking of a round")
def boards(
    request: Request,
    round: str,
    who: Known,
    as_of: AsOf,
    by: Annotated[str, Query(max_length=200, description="Id of a rate or metric, or name of a scheme.")] = USUAL,
) -> RankingOut:
    """Only for those who oversee the whole."""
    chinese = language_of(request) == "zh"
    with book_of(request).read_then(as_of) as (tables, then):
        row = then.need(Round, round, "调度期")
        require_oversight(tables, who, plan_of(tables, row.plan).organisation)
        return RankingOut(
            round=row.id,
            by=by,
            boards=[_board(one, chinese) for one in ranking(then, row.plan, by, period=row.period)],
            published=_last(then, row, by, chinese),
            choices=[RankedByOut(id=id, name=name, definition=words) for id, name, words in choices(then, chinese)],
        )


@router.post("/rounds/{round}/ranking", summary="Publish a ranking", status_code=201)
def publish(request: Request, round: str, who: Known, wish: RankingIn) -> RankingOut:
    """It is kept as it was published, whatever is corrected later."""
    with ledger_of(request).read() as tables:
        row = tables.need(Round, round, "调度期")
    event = RankingPublished(row.plan, wish.by, period=row.period, note=wish.note.strip())
    ledger_of(request).record(actor(who), event)
    return boards(request, round, who, None, wish.by)


@router.get(
    "/rounds/{round}/bulletin.{format}",
    summary="The bulletin of a round",
    response_class=Response,
    responses={200: {"content": _CONTENT}},
)
def bulletin(request: Request, round: str, format: Format, who: Known, as_of: AsOf) -> Response:
    """A closed round is told as it was when it closed."""
    return bulletin_file(request, round, format, who, look_on(request, as_of))


@router.get(
    "/plans/{plan}/onepage.{format}",
    summary="The leader's one page",
    response_class=Response,
    responses={200: {"content": _CONTENT}},
)
def onepage(request: Request, plan: str, format: Format, who: Known, as_of: AsOf) -> Response:
    """Lights, measures, what waits for a decision, who stands first and last."""
    return onepage_file(request, plan, format, who, look_on(request, as_of))


@router.get("/plans/{plan}/onepage", summary="What the leader's one page says")
def onepage_data(request: Request, plan: str, who: Known, as_of: AsOf) -> OnePageOut:
    """Only for those who oversee the whole."""
    made, chinese = onepage_of(look_on(request, as_of), plan, who), language_of(request) == "zh"
    values = {name: getattr(made, name) for name in OnePageOut.model_fields}
    return OnePageOut(
        **values
        | {
            "indicators": [MeasureLineOut(**asdict(one)) for one in made.indicators],
            "decisions": [
                DecisionOut(**asdict(one) | {"why": one.why if chinese else one.english}) for one in made.decisions
            ],
            "best": [_ranked(one, chinese) for one in made.best],
            "worst": [_ranked(one, chinese) for one in made.worst],
            "rate": made.rate if chinese else made.rate_english,
            "definition": made.definition if chinese else made.definition_english,
        }
    )


@router.get(
    "/plans/{plan}/statement.{format}",
    summary="The statement of an organisation",
    response_class=Response,
    responses={200: {"content": _CONTENT}},
)
def statement(
    request: Request,
    plan: str,
    format: Format,
    who: Known,
    organisation: Annotated[str, Query(max_length=200)],
    as_of: AsOf,
) -> Response:
    """What it owes and has done."""
    return statement_file(request, plan, format, who, organisation, look_on(request, as_of))


def _board(board: Board, chinese: bool) -> BoardOut:
    return BoardOut(
        by=board.by,
        name=board.name if chinese else board.english,
        unit=board.unit,
        better=board.better,
        kind=board.kind,
        group=board.group,
        frozen=board.frozen,
        ranked=board.ranked,
        rows=[_ranked(row, chinese) for row in board.rows],
    )


def _ranked(row: Ranked, chinese: bool) -> RankedOut:
    return RankedOut(
        **{name: value for name, value in asdict(row).items() if name in RankedOut.model_fields}
        | {"level_name": row.level_name if chinese else row.level_english}
    )


def _last(tables: Tables, round: Round, by: str, chinese: bool) -> PublishedOut | None:
    found: list[Published] = [
        one for one in published(tables, round.plan) if (one.by, one.period) == (by, round.period)
    ]
    if not found:
        return None
    last = found[-1]
    return PublishedOut(
        id=last.id, who=last.who, time=last.time, note=last.note, boards=[_board(one, chinese) for one in last.boards]
    )
