"""Lines that several outputs share: an item told in full, its measures, its reports, its organisation."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import Any

from duixian.ledger.criteria import criteria
from duixian.ledger.journal import day as day_of
from duixian.ledger.measures import Measure, written
from duixian.ledger.organisations import Organisation
from duixian.ledger.plans import SETTLED, Item, Plan, State
from duixian.ledger.progress import Progress
from duixian.ledger.rounds import Due, Frozen, Round
from duixian.ledger.tables import Tables
from duixian.ledger.views import items_of, names
from duixian.reporting.accounts.sources import Demand, Lamp, Stand, demands, kept, lamps

REACHED, SHORT, UNKNOWN = "reached", "short", "unknown"
LIT = ("red", "yellow", "green")
_DARK = Lamp("", "", "", "", None)


@dataclass(frozen=True, slots=True)
class Words:
    """The evidence of an item: its words and where they stand. source: name of the file, without its folder."""

    quote: str
    source: str
    line: int
    page: int | None


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure: what it asks for, where it is. verdict: reached, short, or unknown. report: id of that reading's.

    on: ISO day of the reading. figure: id of the extracted figure.
    """

    item: str
    number: str
    name: str
    goal: str
    latest: str
    value: float | None
    unit: str
    verdict: str
    on: str
    report: str | None
    figure: str | None
    organisation: str
    colour: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One progress report. on: ISO day; values: the readings, written out."""

    report: str
    item: str
    number: str
    on: str
    who: str
    sentence: str
    values: str
    percent: float | None
    problems: str
    help: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as the outputs tell it. lead: its owner, "" where none is assigned; home: who answers for it.

    home, home_name: the organisation just below the government to which the lead belongs. days: to the deadline,
    negative past it. colour, why, english: of its light. latest: the last report.
    """

    id: str
    number: str
    text: str
    kind: str
    section: str
    lead: str
    lead_name: str
    home: str
    home_name: str
    supporting: tuple[str, ...]
    supporting_names: str
    leader: str
    state: str
    settled: bool
    deadline: str
    first_deadline: str
    days: int
    extension_asked: str
    submitted: str
    closed: str
    became: str
    colour: str
    why: str
    english: str
    lag: float | None
    goals: str
    measures: tuple[MeasureLine, ...]
    words: tuple[Words, ...]
    quote: str
    latest: ReportLine | None


class Account:
    """A plan on a day, each of its items told once."""

    def __init__(self, stand: Stand, plan: str, frozen: Mapping[str, Frozen] | None = None) -> None:
        """frozen: of a closed round, by item; its lights count. Raises UnknownNameError when there is no such plan."""
        self._frozen = frozen or {}
        self.stand = stand
        self.tables: Tables = stand.tables
        self.plan: Plan = self.tables.need(Plan, plan, "年度台账")
        self.names = names(self.tables)
        self._organisations = {row.id: row for row in self.tables.select(Organisation)}
        self.rows: tuple[Item, ...] = tuple(items_of(self.tables, plan))
        self.demands: tuple[Demand, ...] = demands(self.tables, self.plan, stand.day)
        self._lamps: Mapping[str, Lamp] = lamps(stand, plan)
        self._rules = criteria(self.tables)
        self.reports = self._reports()
        self.items = tuple(self._line(item) for item in self.rows)
        self.by_id = {item.id: item for item in self.items}

    @property
    def government(self) -> str:
        return self.names.organisation(self.plan.organisation)

    @property
    def open(self) -> tuple[ItemLine, ...]:
        """The items that still ask for something."""
        return tuple(item for item in self.items if not item.settled)

    @cached_property
    def rounds(self) -> tuple[tuple[Round, list[Due]], ...]:
        """The plan's rounds with what is owed in each, by the day reports are due."""
        rows = sorted(self.tables.select(Round, plan=self.plan.id), key=lambda row: (row.due, row.id))
        return tuple((row, self.tables.select(Due, round=row.id)) for row in rows)

    def home(self, organisation: str | None) -> str:
        """The organisation just below the plan's government that this one belongs to; "" for none."""
        here = self._organisations.get(organisation) if organisation else None
        while here is not None and here.parent not in (None, self.plan.organisation):
            here = self._organisations.get(here.parent or "")
        return here.id if here is not None else organisation or ""

    def lights(self, items: Iterable[ItemLine]) -> dict[str, int]:
        """How many of the items have each colour of those being worked on."""
        colours = [item.colour for item in items]
        return {colour: colours.count(colour) for colour in LIT}

    def _reports(self) -> dict[str, tuple[ReportLine, ...]]:
        """The reports of every item in the order in which they came."""
        found: dict[str, list[Progress]] = defaultdict(list)
        for report in self.tables.select(Progress):
            found[report.item].append(report)
        own = {item.id: item for item in self.rows}
        return {
            id: tuple(self._report(own[id], one) for one in sorted(reports, key=lambda one: one.sequence))
            for id, reports in found.items()
            if id in own
        }

    def _report(self, item: Item, report: Progress) -> ReportLine:
        return ReportLine(
            report=report.id,
            item=item.id,
            number=item.number,
            on=day_of(report.time),
            who=self.names.person(report.who),
            sentence=report.sentence,
            values="；".join(f"{one.measure}{one.value:.10g}{one.unit}" for one in report.readings),
            percent=report.percent,
            problems=report.problems or "",
            help=report.help or "",
        )

    def _line(self, item: Item) -> ItemLine:
        lamp = self._lamp(item.id)
        reports = self.reports.get(item.id, ())
        home = self.home(item.lead)
        return ItemLine(
            id=item.id,
            number=item.number,
            text=item.text,
            kind=item.kind.value,
            section=item.section,
            lead=item.lead or "",
            lead_name=self.names.organisation(item.lead),
            home=home,
            home_name=self.names.organisation(home),
            supporting=item.supporting,
            supporting_names="、".join(self.names.organisation(id) for id in item.supporting),
            leader=self.names.person(item.leader),
            state=item.state.value,
            settled=item.state in SETTLED,
            deadline=item.deadline,
            first_deadline=item.first_deadline,
            days=(date.fromisoformat(item.deadline) - self.stand.day).days,
            extension_asked=item.extension_asked or "",
            submitted=item.submitted or "",
            closed=item.closed or "",
            became="、".join(item.became),
            colour=lamp.colour,
            why=lamp.why,
            english=lamp.english,
            lag=lamp.lag,
            goals="；".join(written(measure) for measure in item.measures),
            measures=tuple(self._measure(item, measure, lamp.colour, home) for measure in item.measures),
            words=tuple(Words(one.quote, file_name(one.source), one.line, one.page) for one in item.evidence),
            quote="；".join(one.quote for one in item.evidence),
            latest=reports[-1] if reports else None,
        )

    def _lamp(self, item: str) -> Lamp:
        lamp = self._lamps.get(item, _DARK)
        frozen = self._frozen.get(item)
        return replace(lamp, colour=frozen.light) if frozen is not None and frozen.light else lamp

    def _measure(self, item: Item, measure: Measure, colour: str, home: str) -> MeasureLine:
        found = None
        for report in self._raw(item.id):
            found = next(((report, one) for one in report.readings if one.measure == measure.name), found)
        value = found[1].value if found else None
        reached = kept(self._rules, measure, value) if value is not None else None
        return MeasureLine(
            item=item.id,
            number=item.number,
            name=measure.name,
            goal=written(replace(measure, name="")),
            latest=f"{value:.10g}{measure.unit}" if value is not None else "",
            value=value,
            unit=measure.unit,
            verdict=UNKNOWN if reached is None else REACHED if reached else SHORT,
            on=day_of(found[0].time) if found else "",
            report=found[0].id if found else None,
            figure=measure.figure,
            organisation=self.names.organisation(home),
            colour=colour,
        )

    def _raw(self, item: str) -> list[Progress]:
        found = (self.tables.get(Progress, line.report) for line in self.reports.get(item, ()))
        return [report for report in found if report is not None]


def file_name(source: str) -> str:
    """The file of an evidence without its folder, which is nobody's business outside the office."""
    return re.split(r"[/\\]", source)[-1]


def shortened(text: str, length: int) -> str:
    """A text of at most so many characters, cut with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip("，、；。 ") + "…"


def states(items: Iterable[ItemLine]) -> tuple[tuple[str, int], ...]:
    """How many items stand in each state that any is in, in the order of an item's life."""
    counts: dict[str, int] = {}
    for item in items:
        counts[item.state] = counts.get(item.state, 0) + 1
    return tuple((state.value, counts[state.value]) for state in State if counts.get(state.value))


@cache
def settings() -> dict[str, Any]:
    """How much each output shows, as in ``outputs.toml``."""
    return tomllib.loads(resources.files(__package__).joinpath("outputs.toml").read_text("utf-8"))
