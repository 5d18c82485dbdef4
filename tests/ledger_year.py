"""A year of an invented office, by chance but the same in every run; every step is checked as it is taken."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from importlib import resources

from ledger_office import Clock
from ledger_steps import SCHEME, Steps

from duixian.ledger.attachments import Attachment
from duixian.ledger.closing import ItemCarried, PlanClosed
from duixian.ledger.escalation import escalations, execution
from duixian.ledger.groups import GroupFormed, IndicatorEntrusted
from duixian.ledger.kinds import Event
from duixian.ledger.measures import Measure
from duixian.ledger.metrics import Mark, MarkGiven, MarkWithdrawn, MetricRecorded, Rated, metrics
from duixian.ledger.orders import Order, OrderIssued, OrderMoved, OrderState
from duixian.ledger.organisations import Grant, OrganisationAdded, OrganisationKind, PersonAdded, Role
from duixian.ledger.plans import SETTLED, Item, ItemKind, ItemRegistered, ItemRevised, Milestone, PlanOpened, State
from duixian.ledger.problems import Problem, ProblemFound, ProblemMoved, ProblemState, from_report
from duixian.ledger.progress import Progress, ProgressReported, Reading
from duixian.ledger.ranking import RankingPublished, ranking
from duixian.ledger.reshaping import ItemsMerged, ItemSplit, Part
from duixian.ledger.rounds import RoundClosed, RoundOpened
from duixian.ledger.rulebook import RuleAdopted
from duixian.ledger.slicing import Along, Manner, MeasureSliced, Slice
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.records import Evidence

DISTRICTS = ("青禾县", "石梁县", "白石区", "临川区")
GROUP, CHIEF, INDICATOR_CHIEF, TORN, DEPUTY = "port", "chen", "wu", "sun", "zhou"
EARLY = 20  # items of the year's own: with indicators, milestones and deadlines before its end
RACE = resources.files("duixian.ledger").joinpath("data/samples/scheme-investment-race.toml").read_text("utf-8")
RACED = (
    ("investment_growth", -5, 20),
    ("construction_investment_growth", -5, 20),
    ("hightech_investment_growth", 0, 30),
    ("private_investment_share", 40, 80),
    ("project_landing_rate", 60, 100),
    ("key_project_completion", 60, 100),
    ("red_flag_projects", 0, 5),
)


def owner_of(organisation: str) -> str:
    """Who reports for an organisation."""
    return CHIEF if organisation == GROUP else f"own{organisation.removeprefix('dept')}"


class Year(Steps):
    """The office of ``ledger_office`` through 2025 and into 2026."""

    def __init__(self, ledger: Ledger, clock: Clock, departments: int) -> None:
        """departments: how many the office has already."""
        super().__init__(ledger, clock)
        self.departments = departments
        self.chance = random.Random(2025)
        self.papers: list[Attachment] = []

    def run(self) -> None:
        """The whole year."""
        self.begin()
        for month in range(1, 13):
            self.month(month)
        self.end()

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def all(self, *states: State) -> list[Item]:
        """The items of the plan in one of these states."""
        return [item for item in self.tables.select(Item, plan="2025") if item.state in states]

    # The beginning of the year

    def begin(self) -> None:
        self.at(2025, 1, 5)
        people = [(CHIEF, ()), (INDICATOR_CHIEF, (Grant(Role.LEADER, "gov"),))]
        people.append((TORN, (Grant(Role.SUPERVISOR, "gov"), Grant(Role.OWNER, "dept3"))))
        people.append((DEPUTY, (Grant(Role.OWNER, "dept1"), Grant(Role.OWNER, "dept2"))))
        self.step(
            "li",
            *(PersonAdded(id, f"人员{id}", "gov", grants) for id, grants in people),
            *(OrganisationAdded(name, name, OrganisationKind.DISTRICT, "gov") for name in DISTRICTS),
            *(PersonAdded(owner_of(name), f"{name}责任人", name, (Grant(Role.OWNER, name),)) for name in DISTRICTS),
            OrganisationAdded(GROUP, "港口建设专班", OrganisationKind.GROUP, "gov"),
            GroupFormed(GROUP, "组长", CHIEF, ("dept1", "dept2", DISTRICTS[0])),
            IndicatorEntrusted("gdp", "gov", INDICATOR_CHIEF),
            RuleAdopted("scheme:投资赛马", RACE),
        )
        self.step("li", *(self.own_item(number) for number in range(1, EARLY + 1)))
        self.step("li", *(ItemMoved(f"2025/e{n}", "assign", lead=self.lead(n)) for n in range(1, EARLY + 1)))
        self.step("li", *self.sliced())
        # One who only signs, and never reports, has had a hand in the work too.
        signed = [item for item in self.all(State.ASSIGNED) if item.lead in ("dept1", "dept2")]
        self.step(DEPUTY, *(ItemMoved(item.id, "accept") for item in signed))
        self.papers = [self.ledger.attach_bytes(f"验收单{n}.txt", f"第{n}份验收单".encode()) for n in (1, 2)]

    def own_item(self, number: int) -> ItemRegistered:
        words = f"新增产值{number}亿元并建成项目"
        milestones = (Milestone("开工", "2025-03-31", 20), Milestone("封顶", "2025-08-31", 60))
        return ItemRegistered(
            "2025",
            f"e{number}",
            words,
            ItemKind.HEADLINE if number % 2 else ItemKind.PROJECT,
            "一、主要目标",
            Evidence("云岭.txt", 900 + number, None, 90_000 + number, 90_000 + number + len(words), words),
            (Measure("产值", "≥", 10.0 * number, "亿元", indicator="gdp" if number % 3 == 0 else "other"),),
            ("2025-06-30", "2025-09-30", None)[number % 3],
            milestones=milestones if number % 2 == 0 else (),
        )

    def lead(self, number: int) -> str:
        return GROUP if number % 5 == 0 else (*DISTRICTS, "dept1", "dept2", "dept3")[number % 7]

    def sliced(self) -> Iterable[Event]:
        """By quarter for every tenth item, as parts or running totals; by district for one, with a gap explained."""
        for item in self.all(State.ASSIGNED)[::10]:
            goal, total = item.measures[0], item.measures[0].value or 0.0
            shares = self.chance.choice([(0.1, 0.2, 0.3, 0.4), (0.25, 0.25, 0.25, 0.25)])
            parts, so_far = [total * share for share in shares], 0.0
            manner = self.chance.choice([Manner.SHARE, Manner.RUNNING])
            if manner is Manner.RUNNING:
                parts = [so_far := so_far + part for part in parts]
            slices = tuple(Slice(str(quarter), part) for quarter, part in enumerate(parts, 1))
            yield MeasureSliced(item.id, goal.name, Along.QUARTER, slices, manner)
        slices = tuple(Slice(name, 1.0, name) for name in DISTRICTS)
        yield MeasureSliced("2025/e6", "产值", Along.DISTRICT, slices, Manner.SHARE, "其余由市级承担")

    # A month

    def month(self, number: int) -> None:
        period, rounds = f"2025-{number:02}", [f"2025-{number:02}"]
        if number % 3 == 0:
            rounds.append(f"2025-Q{number // 3}")
        self.at(2025, number, 16)
        self.rearrange(number)
        self.at(2025, number, 20)
        self.step("li", *(RoundOpened("2025", one) for one in rounds))
        leads = self.leads()
        in_time = [lead for lead in leads if self.often(0.85)]
        self.at(2025, number + 1, 3)
        for lead in in_time:
            self.organisation(lead, leads[lead], number)
        self.at(2025, number + 1, 8)
        for lead in leads:
            if lead not in in_time and self.often(0.5):
                self.organisation(lead, leads[lead], number)
        self.at(2025, number + 1, 10)
        self.entrusted(number)
        if len(rounds) > 1:
            self.rate(f"2025@{rounds[1]}")
        self.review()
        self.supervise()
        self.at(2025, number + 1, 12)
        self.step("li", *(RoundClosed(f"2025@{one}") for one in rounds))
        self.escalate()
        if number == 4:
            self.step("li", RuleAdopted("scheme:部门", SCHEME))
        if len(rounds) > 1:
            self.at(2025, number + 1, 13)
            self.publish(rounds[1])
        if number in (5, 6, 9):
            self.look(period)

    def leads(self) -> dict[str, list[Item]]:
        """The items that are worked on, by who leads them."""
        found: dict[str, list[Item]] = defaultdict(list)
        for item in self.tables.select(Item, plan="2025"):
            if item.lead and item.state not in SETTLED:
                found[item.lead].append(item)
        return dict(sorted(found.items()))

    def rearrange(self, month: int) -> None:
        """Between the rounds: what was given back is assigned anew, work moves, rests and is taken up again."""
        events: list[Event] = [ItemMoved(one.id, "assign", lead=self.anyone()) for one in self.all(State.REGISTERED)]
        if month == 2:
            self.reshape()
        for item in self.all(State.IN_PROGRESS):
            other = self.anyone()
            if self.often(0.03) and other != item.lead:
                events.append(ItemMoved(item.id, "transfer", "职责调整", other))
            elif self.often(0.02) and other != item.lead:
                events.append(ItemMoved(item.id, "rearrange", "增加配合", supporting=(other,)))
            elif self.often(0.02):
                events.append(ItemMoved(item.id, "suspend", "规划调整"))
        for item in self.all(State.SUSPENDED):
            if self.often(0.7):
                events.append(ItemMoved(item.id, "resume"))
            elif self.often(0.2):
                events.append(ItemMoved(item.id, "terminate", "不再建设"))
        self.step("li", *events)

    def anyone(self) -> str:
        return self.chance.choice([*(f"dept{n}" for n in range(1, self.departments + 1)), *DISTRICTS, GROUP])

    def reshape(self) -> None:
        """Two items become one, which the group leads; one becomes two."""
        one, two, whole = self.all(State.IN_PROGRESS)[:3]
        split = (
            Part("s1", "改建农村公路", whole.measures),
            Part("s2", "绿化农村公路", (Measure("绿化", "≥", 3.0, "公里"),), "2025-10-31"),
        )
        self.step(
            "li",
            ItemsMerged("2025", (one.id, two.id), "m1", "农村公路联网成片", "同一片区"),
            ItemSplit(whole.id, split, "分头推进"),
            ItemMoved("2025/m1", "assign", lead=GROUP),
            ItemMoved("2025/s1", "assign", lead=whole.lead),
            ItemMoved("2025/s2", "assign", lead=DISTRICTS[1]),
        )
        self.refused("li", ItemRevised(whole.id, whole.text, whole.kind, whole.measures, "已拆分的不能再改"))

    def organisation(self, lead: str, items: list[Item], month: int) -> None:
        """All that one organisation does in a round: it reports, and answers orders and problems."""
        # Some are always ahead and some always behind.
        pace = {"1": 1.4, "4": 0.3}.get(lead[-1], 1.0)
        events: list[Event] = []
        for item in items:
            events += self.report(item, month, pace)
        for order in self.tables.select(Order, organisation=lead):
            if order.state is OrderState.ISSUED and self.often(0.8):
                events.append(OrderMoved(order.id, "sign"))
            if order.state in (OrderState.ISSUED, OrderState.SIGNED, OrderState.RETURNED) and self.often(0.6):
                events.append(OrderMoved(order.id, "reply", "已加派力量"))
        for problem in self.tables.select(Problem, organisation=lead):
            if problem.state in (ProblemState.FOUND, ProblemState.REOPENED) and self.often(0.8):
                events.append(ProblemMoved(problem.id, "measure", "限期清理"))
            elif problem.state is ProblemState.RECTIFYING and self.often(0.8):
                events.append(ProblemMoved(problem.id, "done", "已清理"))
        who = owner_of(lead)
        self.step(who, *events)
        submitted = [item.id for item in self.tables.select(Item, lead=lead) if item.state is State.SUBMITTED]
        if submitted and self.often(0.1):
            # What it may do in the same batch does not happen either.
            self.refused(who, ProgressReported(submitted[0], "补充说明"), ItemMoved(submitted[0], "close"))

    def report(self, item: Item, month: int, pace: float) -> Iterable[Event]:
        if item.state is State.ASSIGNED:
            if self.often(0.01):
                yield ItemMoved(item.id, "decline", "不属本单位职责")
                return
            yield ItemMoved(item.id, "accept")
        elif item.state in (State.SUBMITTED, State.SUSPENDED):
            return
        share = min(1.0, pace * month / int(item.deadline[5:7]) + self.chance.random() * 0.1)
        readings = tuple(Reading(one.name, round((one.value or 0) * share, 3), one.unit) for one in item.measures)
        passed = [one.name for one in item.milestones if (one.percent or 0) <= 100 * share]
        yield ProgressReported(
            item.id,
            f"完成{share:.0%}",
            readings,
            milestone=passed[-1] if passed else None,
            problems="征地未完" if self.often(0.02) else None,
            help="请协调用地" if self.often(0.01) else None,
            correction="按验收数更正",
            attachments=(self.chance.choice(self.papers),) if self.often(0.02) else (),
        )
        if share >= 1 and self.often(0.7):
            yield ItemMoved(item.id, "submit", "已完成")
        elif not item.extension_asked and self.often(0.04):
            later = f"{int(item.deadline[:4]) + 1}-06-30"
            yield ItemMoved(item.id, "ask_extension", "雨季影响", deadline=later)

    def entrusted(self, month: int) -> None:
        """The chief of the indicator adds a word of his own to what is reported on it, and may never judge it."""
        mine = [item for item in self.all(State.IN_PROGRESS) if item.measures[0].indicator == "gdp"]
        if month % 2:
            self.step(INDICATOR_CHIEF, *(ProgressReported(item.id, "已专题调度") for item in mine))
        if mine:
            self.refused(INDICATOR_CHIEF, ItemMoved(mine[0].id, "suspend", "暂缓"))

    def review(self) -> None:
        """Applications are judged by whoever may; those who may not are refused."""
        events: dict[str, list[Event]] = {who: [] for who in ("li", "zhang", INDICATOR_CHIEF, TORN)}
        tempted = 0
        for item in self.tables.select(Item, plan="2025"):
            moves: list[ItemMoved] = []
            if item.extension_asked and item.state is not State.ASSIGNED:
                moves.append(ItemMoved(item.id, self.chance.choice(["grant_extension", "refuse_extension"]), "经研究"))
            if item.state is State.SUBMITTED:
                moves.append(ItemMoved(item.id, self.chance.choice(["close", "close", "return"]), "已核查"))
            elif item.state is State.CLOSED and self.often(0.03):
                moves.append(ItemMoved(item.id, "reopen", "复查发现缺口"))
            if not moves:
                continue
            who = self.chance.choice(list(events))
            if self.partial(who, item):
                if tempted < 2:
                    tempted += 1
                    self.refused(who, *moves)
                who = "zhang"
            events[who] += moves
        for who, batch in events.items():
            self.step(who, *batch)

    def partial(self, who: str, item: Item) -> bool:
        """Whether this reviewer has a stake in the item."""
        if who == INDICATOR_CHIEF:
            return any(measure.indicator == "gdp" for measure in item.measures)
        return who == TORN and "dept3" in (item.lead, *item.supporting)

    def supervise(self) -> None:
        """Orders and problems: answers are judged, new ones are written."""
        events: list[Event] = []
        found: list[Event] = []
        for order in self.tables.select(Order):
            if order.state is OrderState.REPLIED:
                action = self.chance.choice(["accept", "accept", "return"])
                events.append(OrderMoved(order.id, action, "见批示"))
            elif order.state is OrderState.ISSUED and self.often(0.1):
                found.append(OrderMoved(order.id, "withdraw", "重复下发"))
        for problem in self.tables.select(Problem):
            if problem.state is ProblemState.DONE:
                passed = self.often(0.6)
                due = None if passed else self.later(25)
                events.append(ProblemMoved(problem.id, "pass" if passed else "fail", "现场核查", due))
            elif problem.state is ProblemState.CLOSED and self.often(0.05):
                events.append(ProblemMoved(problem.id, "fail", "问题反弹", self.later(25)))
            elif problem.state is ProblemState.FOUND and self.often(0.15):
                found.append(ProblemMoved(problem.id, "void", "登记有误"))
        self.step("zhang", *events)
        working = self.all(State.IN_PROGRESS)
        for item in self.chance.sample(working, min(3, len(working))):
            found.append(ProblemFound("砂石占道", self.later(20), item=item.id))
        listed = {problem.report for problem in self.tables.select(Problem)}
        for item in working:
            last = self.tables.get(Progress, item.progress or "")
            if last is not None and last.id not in listed and (last.problems or last.help):
                found.append(from_report(self.tables, last.id, self.later(20)))
        found.append(OrderIssued(self.anyone(), "专项督查", "请报送情况", self.later(10), "key"))
        self.step("li", *found)

    def later(self, days: int) -> str:
        return (self.day + timedelta(days=days)).isoformat()

    def escalate(self) -> None:
        """All that the ladders ask for is done, and then they ask for nothing more on that day."""
        with self.ledger.read() as tables:
            due = escalations(tables, self.day)
            events = [execution(tables, one, self.day, "限十日内赶上进度") for one in due]
        self.happened.update(f"escalated: {one.step}" for one in due)
        self.step("li", *events)
        assert escalations(self.tables, self.day) == []

    # Comparing

    def rate(self, round: str) -> None:
        judged = [f"dept{n}" for n in range(1, self.departments + 1)] + list(DISTRICTS)
        ratings = [Rated(round, self.chance.randint(55, 100), "12345热线", one) for one in judged]
        again = [replace(one, score=90.0, correction="统计口径更正") for one in ratings[:2]]
        self.step("li", *ratings, *again)

    def publish(self, period: str) -> None:
        """The statistics of a quarter, then what stands first and last, then praise and blame."""
        self.step("li", *self.statistics(period))
        for by in ("completion", "timely_reporting", "satisfaction", "investment_growth"):
            self.step("zhang", RankingPublished("2025", by, period, note="全市通报"))
        board = next(
            one
            for one in ranking(self.tables, "2025", "timely_reporting", period=period)
            if one.kind is OrganisationKind.DEPARTMENT
        )
        best, worst = board.rows[0].organisation, [row for row in board.rows if row.rank][-1].organisation
        day = self.day_within(period)
        self.step("li", MarkGiven(best, "通报表扬", day, "填报及时"), MarkGiven(worst, "criticism", day, "填报迟缓"))
        if period.endswith("Q2"):
            mark = next(one for one in self.tables.select(Mark, organisation=worst) if one.date == day)
            self.step("li", MarkWithdrawn(mark.id, "系统故障所致"))

    def day_within(self, period: str) -> str:
        return f"2025-{3 * int(period[-1]):02}-28"

    def statistics(self, period: str) -> Iterable[Event]:
        defined = metrics(self.tables)
        first: MetricRecorded | None = None
        for name in DISTRICTS:
            for metric, low, high in RACED:
                value = round(self.chance.uniform(low, high))
                event = MetricRecorded(name, metric, period, value, defined[metric].unit, "市统计局")
                first = first or event
                yield event
        assert first is not None
        yield replace(first, value=first.value + 1, correction="年报修订")

    # The end of the year

    def end(self) -> None:
        """Everything is settled or carried over; the book is shut; the next one goes on with what was left."""
        self.at(2026, 1, 15)
        self.step("li", *self.statistics("2025"))
        self.refused("li", PlanClosed("2025", "还没有了结"))
        last = self.all(State.SUBMITTED)
        self.step(
            "zhang", *(ItemMoved(item.id, "return" if n % 3 else "close", "年终核查") for n, item in enumerate(last))
        )
        self.step("li", PlanOpened("2026", "gov", 2026, "云岭市2026年度台账", "990100", "doc2", follows="2025"))
        rest = [item for item in self.tables.select(Item, plan="2025") if item.state not in SETTLED]
        half = len(rest) // 2
        carried = [ItemCarried(item.id, "2026", "跨年实施") for item in rest]
        self.step("li", *carried[:half])
        self.refused("li", PlanClosed("2025", "还有一半"))
        self.step("li", *carried[half:])
        for name in ("部门", "投资赛马"):
            self.step("zhang", RankingPublished("2025", f"scheme:{name}", "2025", note="年度考核结果"))
        self.step("li", PlanClosed("2025", "应结尽结"))
        closed = self.all(State.CLOSED)[0]
        self.refused("zhang", ItemMoved(closed.id, "reopen", "已交账"))
        self.look("2025")
        self.next_year()

    def next_year(self) -> None:
        self.at(2026, 1, 20)
        self.step("li", RoundOpened("2026", "2026-01"))
        self.at(2026, 2, 3)
        owners: dict[str, list[Event]] = defaultdict(list)
        for item in self.tables.select(Item, plan="2026"):
            if item.lead and item.state is State.ASSIGNED:
                owners[owner_of(item.lead)] += [ItemMoved(item.id, "accept"), ProgressReported(item.id, "接续推进")]
        for who in list(owners)[:5]:
            self.step(who, *owners[who])
        self.at(2026, 2, 6)
        self.step("li", RoundClosed("2026@2026-01"))
