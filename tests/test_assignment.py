"""Who should lead a commitment: the words that say so are shown, and who the text names comes first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duixian.ledger.assignment import suggest
from duixian.records import Commitment, Evidence, Figure
from duixian.vocabulary.departments import departments_of, load_departments


def commitment(quote: str, **given: Any) -> Commitment:
    fields: dict[str, Any] = {
        "action": "",
        "object": quote,
        "heading": False,
        "measurable": False,
        "measures": (),
        "deadline": None,
        "actor": None,
        "theme": "综合",
        "section": (),
    }
    evidence = Evidence("报告.txt", 1, None, 0, len(quote), quote)
    return Commitment(id="com-1", document="doc-1", evidence=evidence, **(fields | given))


def figure(indicator: str) -> Figure:
    evidence = Evidence("报告.txt", 1, None, 0, 2, "5%")
    return Figure(
        "fig-1", "doc-1", evidence, "", "", indicator, "rate", "=", 5, None, "%", 5, "%", "target", "2024", ()
    )


@pytest.mark.parametrize(
    ("quote", "lead"),
    [
        ("新建高标准农田3万亩", "agriculture"),
        ("改造青石镇老旧小区12个", "housing"),
        ("开工建设云岭水库", "water"),
        ("新增公办幼儿园学位900个", "education"),
        ("改扩建县中医院", "health"),
        ("开展欠薪专项整治", "human_resources"),
        ("组织职工医保门诊共济", "medical_insurance"),
        ("完成营造林6万亩", "forestry"),
        ("办好青岚杯足球赛事", "sports"),
        ("办好青岚消费节，发放消费券800万元", "commerce"),
        ("培育专精特新企业15家", "industry"),
        ("建成省级实验室2家", "science"),
        ("推进行政复议规范化", "justice"),
        ("化解信访积案70件", "petition"),
        ("整治入河排污口40个", "ecology"),
        ("推进国企改革", "state_assets"),
        ("修缮烈士纪念设施", "veterans"),
        ("新增上市公司2家", "local_finance"),
        ("建成四好农村路80公里", "transport"),
        ("排查整治重大事故隐患", "emergency"),
    ],
)
def test_the_words_of_the_task_lead_to_the_department(quote: str, lead: str) -> None:
    found = suggest(commitment(quote), "county")
    assert found.lead == lead
    assert found.lead_name == load_departments().departments[lead].names["county"]
    assert any(reason.word in quote and reason.department == lead for reason in found.reasons)
    assert 0 < found.confidence <= 1


def test_reasons_are_shown_in_the_words_of_the_text() -> None:
    found = suggest(commitment("建设养老机构5家", section=("四、保障和改善民生",)), "prefecture")
    assert found.lead == "civil_affairs"
    assert "任务内容“养老机构”" in [reason.zh for reason in found.reasons]
    assert "所在标题“民生”" in [reason.zh for reason in found.reasons]


def test_who_the_text_names_leads() -> None:
    found = suggest(commitment("新建高标准农田3万亩", actor="市财政局"), "prefecture")
    assert found.lead == "finance"
    assert found.supporting[0] == "agriculture"
    assert found.confidence > 0.9
    assert found.reasons[0].place == "actor"


def test_who_is_said_to_take_the_lead_leads_and_who_helps_supports() -> None:
    found = suggest(commitment("由水利局牵头，会同教育局推进校园节水"), "county")
    assert found.lead == "water"
    assert "education" in found.supporting


def test_what_a_city_is_named_to_do_is_owed_by_that_city() -> None:
    found = suggest(commitment("建设区域物流枢纽", actor="北河市、青岚市"), "province")
    assert found.lead == "local_governments"
    assert "development_reform" in found.supporting


@pytest.mark.parametrize("actor", ["广大群众", "资金重点向条件较好的地区", "城郊片区"])
def test_an_actor_that_is_nobody_known_does_not_decide(actor: str) -> None:
    assert suggest(commitment("建设养老机构5家", actor=actor), "county").lead == "civil_affairs"


def test_the_indicator_of_a_measure_leads_to_its_owner() -> None:
    plain = commitment("增长5%左右", object="", measures=("fig-1",))
    found = suggest(plain, "province", figures={"fig-1": figure("retail")})
    assert (found.lead, found.lead_name) == ("commerce", "商务厅")
    assert found.reasons[0].place == "indicator"
    assert suggest(plain, "province", figures={"fig-2": figure("retail")}).lead != "commerce"


def test_a_figure_shared_by_two_departments_has_one_lead() -> None:
    found = suggest(commitment("增长5%", measures=("f",)), "province", figures={"f": figure("gdp")})
    assert found.lead == "development_reform"
    assert found.supporting == ("statistics",)


def test_the_heading_decides_where_the_clause_is_silent() -> None:
    found = suggest(commitment("完善配套措施", section=("三、重点工作", "做好退役军人服务")), "county")
    assert found.lead == "veterans"
    clear = suggest(commitment("完善退役军人服务配套措施"), "county")
    assert found.confidence < clear.confidence


def test_the_topic_alone_gives_little_confidence() -> None:
    found = suggest(commitment("久久为功", theme="教育"), "county")
    assert found.lead == "education"
    assert found.confidence < 0.4


def test_of_things_listed_the_first_leads_and_the_others_support() -> None:
    found = suggest(commitment("体育公园、幼儿园建设"), "county")
    assert found.lead == "sports"
    assert "education" in found.supporting


def test_what_examples_are_given_of_says_more_than_the_examples() -> None:
    found = suggest(commitment("排查幼儿园、农贸市场、码头等安全隐患"), "county")
    assert found.lead == "emergency"


def test_the_work_of_a_department_that_is_not_there_falls_to_the_one_it_joined() -> None:
    quote = commitment("扩建储备粮仓储设施")
    assert suggest(quote, "province").lead == "grain_reserves"
    assert suggest(quote, "county").lead == "development_reform"


def test_a_list_of_ones_own_is_used_and_may_have_nobody() -> None:
    own = departments_of({"departments": {"reed": {"zh": "芦苇局", "duties": {"6": ["芦苇"]}}}})
    assert suggest(commitment("种植芦苇"), None, own).lead_name == "芦苇局"
    nobody = suggest(commitment("新建幼儿园"), None, own)
    assert (nobody.lead, nobody.supporting, nobody.confidence, nobody.reasons) == (None, (), 0.0, ())


@given(
    st.text(alphabet="新建农村学校、水库由教育局牵头会同，。市%5 ", min_size=1),
    st.text(alphabet="农村教育局市县、") | st.none(),
    st.sampled_from(["national", "province", "prefecture", "county", "township", "moon", None]),
)
def test_any_clause_gets_a_sound_suggestion(quote: str, actor: str | None, level: str | None) -> None:
    clause = commitment(quote, object=quote[1:], actor=actor, section=(quote, quote))
    found = suggest(clause, level)
    assert found == suggest(clause, level)
    assert found.lead is not None
    assert found.lead not in found.supporting
    assert len(set(found.supporting)) == len(found.supporting) == len(found.supporting_names) <= 3
    assert 0 <= found.confidence <= 1
    assert {reason.department for reason in found.reasons} <= {found.lead, *found.supporting}
