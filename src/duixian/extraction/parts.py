"""Which part of a document a block belongs to: what was done, what is wrong, or what is promised.

The same sentence is a result in the review of last year and a promise in this year's plan, so figures, commitments and
projects all ask here first. Headings decide where there are any; otherwise the sentences that open a part do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from duixian.documents.model import Block, Document

REVIEW = "review"
PLAN = "plan"
PROBLEMS = "problems"
PREAMBLE = "preamble"
CLOSING = "closing"
NONE = "none"

_HEADING_LIMIT = 64
_NUMBERED = re.compile(r"(?:第[一二三四五六七八九十]{1,3}(?:部分|章|篇)|[一二三四五六七八九十]{1,3}[、.．])")
_STOPS = "。！；：!;:，"
_YEAR = re.compile(r"(?<!\d)(20\d\d)年?")
_REVIEW_HEADING = re.compile(
    r"回顾|总结|过去|去年|上年|上一年|上半年工作|五年来|[一三]年来|来的工作|取得[^。]{0,12}(?:成效|成绩|进展|突破|成就|胜利)"
    r"|主要成绩|主要成就|工作成效|完成情况|执行情况|进展情况|开展情况|落实情况|所做的工作"
)
_PLAN_HEADING = re.compile(
    r"安排|部署|任务|目标|重点|思路|打算|总体要求|工作要求|基本要求|指导思想|建议|今后|未来|明年|下一年|下一步|下半年|下一阶段"
    r"|新的一年|预期|工作计划|主要举措|主要措施|政策取向|展望|全力以赴做好|扎实做好|自身建设|保障措施|组织实施"
)
_PROBLEM_HEADING = re.compile(r"(?:问题|困难|不足|短板|挑战|差距)")
_THIS_YEAR = re.compile(r"今年|本年")
_NOTES = re.compile(
    r"[（(【\[]?(?:名词解释|名词注释|有关名词|相关名词|部分名词|注释|注：|附件|附录|附表|附：|附件：|编后|责任编辑|编辑：)"
)
# A heading that says nothing of time but stands alone on its line is taken for one only when it names a part.
_BARE_HEADING = re.compile(
    r"(?:工作|任务|一年|五年|过去|今后|明年)[^。！；，]{0,16}$|(?:回顾|总结|安排|任务|目标|展望|打算)[^。！；，]{0,8}$"
)

# Hard-wrapped or copied text may lose the line break after a heading; then its words still open the paragraph.
_RUN_IN_HEADING = re.compile(
    _NUMBERED.pattern
    + r"[^，。；！]{0,14}?(?:工作回顾|工作总结|工作安排|工作部署|重点工作|主要任务|目标任务|工作任务|工作打算"
    r"|工作思路|总体要求|预期目标|奋斗目标)"
)
_TITLE_TAIL = re.compile(r"(?:报告|讲话|意见|通知|方案|摘要|致辞|发言|计划|规划|公报|纪要|目录)(?:[（(][^）)]*[）)])?$")

_ADDRESS = r"(?:各位代表|同志们|各位委员|代表们|各位同志)?[！!，,：:]?"
_REVIEW_OPENING = re.compile(
    _ADDRESS + r"(?:在?(?:刚刚)?(?:过去|去年|一年来|[三五]年来|回顾|回首|回望|这一年)|(?:本届政府(?:任期|成立)))"
)
_PLAN_OPENING = re.compile(
    _ADDRESS
    + r"(?:新的一年|明年|今后[一三五]年|未来[一三五]年|下一步|下一阶段|做好(?:今年|明年|20\d\d年|下一)|展望|"
    + r"当前和今后|(?:今年|明年|20\d\d年)[^。，]{0,14}(?:工作|发展)[^。，]{0,12}(?:要求|目标|思路|任务)|按照上述要求)"
)
_THIS_YEAR_OPENING = re.compile(_ADDRESS + r"(?:今年|20(\d\d)年(?!\d{1,2}月))")
_DEMAND = re.compile(r"(?<![重需主只])要(?![素点害求塞闻案])|必须|今年要")
_SOBER = re.compile(r"(?:清醒|冷静)地?(?:的)?(?:认识|看)到")
_PROBLEM_OPENING = re.compile(
    r"(?:也|还)地?(?:认识到|看到|意识到)|(?:存在|面临)(?:着)?(?:不少|一些|许多|诸多|很多|的|较多|突出)"
)
_PROBLEM_WORDS = re.compile(r"问题|困难|挑战|不足|差距|短板|薄弱|制约")
_CLOSING = re.compile(r"让我们|(?:为|向着?)[^。]{4,60}(?:而努力奋斗|奋勇前进)")
_SUBMISSION = re.compile(r"请予(?:以)?审议|请各位代表审议|代表[^。]{2,24}(?:作|做|报告)[^。]{0,8}(?:工作|报告)")
_YEAR_END = re.compile(r"明年")


def parts_of_document(document: Document) -> tuple[str, ...]:
    """The part of every block, in order: "review", "plan", "problems", "preamble", "closing" or "none".

    "none" is what stands outside the text proper: title, byline, salutation, notes at the end. Speeches and plans
    without headings are "plan" except where a passage looks back. Never raises; an empty document gives an empty tuple.
    """
    blocks = document.blocks
    record = document.record
    turns = _turns(blocks, record.plan_year, record.kind)
    looks_back = any(part == REVIEW for part in turns.values())
    looks_ahead = any(part == PLAN for part in turns.values())
    report = record.kind == "government_work_report"
    year_end = _is_year_end(blocks)
    first = _first_body_block(blocks)
    state = PREAMBLE if report or (turns and looks_back) else PLAN
    parts: list[str] = []
    ended = opened = False
    for block in blocks:
        text = block.text
        if block.index < first:
            parts.append(NONE)
            continue
        if len(text) < 40 and _NOTES.match(text):
            ended = True
        if ended:
            parts.append(NONE)
            continue
        turn = turns.get(block.index)
        if turn is not None:
            state = turn
            opened = True
            parts.append(state)
            continue
        if state == PROBLEMS and _is_heading(block):
            state = REVIEW
        if not (looks_back and looks_ahead):
            state = _by_opening(text, state, record.plan_year, opened, report, year_end)
        parts.append(_of_block(block, state, report))
    _mark_closing(blocks, parts)
    return tuple(parts)


def _of_block(block: Block, state: str, report: bool) -> str:
    """The part of one block inside a running part."""
    text = block.text
    if state in (REVIEW, PREAMBLE) or not report:
        head = text[:140]
        if state != PLAN and _SOBER.search(head[:60]):
            return PROBLEMS
        found = _PROBLEM_OPENING.search(head)
        # A plan may speak of problems as well; only a paragraph that opens with them and promises nothing is one.
        if (
            found
            and _PROBLEM_WORDS.search(text, found.start(), found.end() + 60)
            and (state != PLAN or (found.start() < 24 and "要" not in text[: found.start()]))
        ):
            return PROBLEMS
    if state == PREAMBLE:
        return PREAMBLE
    return state


def _by_opening(text: str, state: str, plan_year: int | None, headed: bool, report: bool, year_end: bool) -> str:
    """The running part after a block that opens a new one without a heading."""
    if _SUBMISSION.search(text[:80]):
        return PREAMBLE if state == PREAMBLE else state
    if headed and state == PLAN:
        return state
    if _PLAN_OPENING.match(text):
        return PLAN
    found = _THIS_YEAR_OPENING.match(text)
    if found:
        if found.group(1) is None:
            return REVIEW if year_end else PLAN
        if plan_year is not None:
            return PLAN if 2000 + int(found.group(1)) >= plan_year else REVIEW
        return state
    if not report and _demands(text):
        return PLAN
    if _REVIEW_OPENING.match(text):
        return REVIEW
    return state


def _demands(text: str) -> bool:
    """Does a paragraph of a speech tell what is to be done, whatever it looks back on?"""
    count = len(_DEMAND.findall(text))
    return count >= 2 or (count == 1 and len(text) < 160)


def _is_heading(block: Block) -> bool:
    """Does the block stand alone as a heading, by its kind or by its looks?"""
    text = block.text
    if block.kind == "heading":
        return len(text) <= 2 * _HEADING_LIMIT
    return len(text) <= _HEADING_LIMIT and text[-1:] not in _STOPS and bool(_NUMBERED.match(text))


def _is_top(block: Block) -> bool:
    """Is the block a heading that can open a part of the document?"""
    text = block.text
    if block.kind == "heading":
        return block.level <= 1 or bool(_NUMBERED.match(text))
    if len(text) > _HEADING_LIMIT or text[-1:] in _STOPS:
        return bool(_RUN_IN_HEADING.match(text))
    if _NUMBERED.match(text):
        return True
    return (
        len(text) <= 30 and text[0] not in "（(—-" and bool(_BARE_HEADING.search(text)) and not _TITLE_TAIL.search(text)
    )


def _turns(blocks: Sequence[Block], plan_year: int | None, kind: str) -> dict[int, str]:
    """Block index -> part, for the headings that open a part."""
    tops = [block for block in blocks if block.kind not in ("title", "byline", "salutation") and _is_top(block)]
    years = [int(year) for block in tops for year in _YEAR.findall(_heading_words(block.text))]
    pivot = plan_year if plan_year is not None else (max(years) if len(set(years)) > 1 else None)
    year_end = any(_YEAR_END.search(block.text) for block in tops)
    named = [(block.index, _named_part(_heading_words(block.text), pivot, year_end)) for block in tops]
    named.extend(
        (block.index, PROBLEMS)
        for block in blocks
        if block.kind == "heading" and block.level > 1 and _PROBLEM_HEADING.search(block.text) and len(block.text) < 24
    )
    named.sort()
    known = {part for _, part in named if part}
    if not known & {REVIEW, PLAN}:
        return {}
    last_plan = max((index for index, part in named if part == PLAN), default=-1)
    first_level = {block.index for block in tops if block.kind != "heading" or block.level <= 1}
    turns: dict[int, str] = {}
    state = ""
    for index, part in named:
        if part in (REVIEW, PLAN, PROBLEMS):
            # A theme such as "抓好重点任务" under the review does not open the plan while a dated plan heading follows.
            state = part
        elif not state:
            state = REVIEW if index < last_plan and kind == "government_work_report" else PLAN
        elif state == REVIEW and kind != "government_work_report" and index in first_level:
            state = PLAN
        elif state != PLAN and index > last_plan:
            state = PLAN if last_plan >= 0 or kind == "government_work_report" else state
        elif state == PROBLEMS:
            state = REVIEW
        turns[index] = state
    return turns


def _heading_words(text: str) -> str:
    """The heading at the start of a block, without a paragraph that runs on after it."""
    if len(text) <= _HEADING_LIMIT:
        return text
    found = _RUN_IN_HEADING.match(text)
    return found.group() if found else text[:_HEADING_LIMIT]


def _named_part(text: str, pivot: int | None, year_end: bool) -> str:
    """The part that a heading names, or "" when it names none."""
    years = [int(year) for year in _YEAR.findall(text)]
    review = _REVIEW_HEADING.search(text)
    if _PROBLEM_HEADING.search(text) and re.search(r"存在|面临|困难|(?:主要|突出)问题|不足$", text) and not review:
        return PROBLEMS
    if review and not re.search(r"明年|今后[一三五]年|下一步", text[review.end() :]):
        return REVIEW
    if years and pivot is not None and max(years) < pivot:
        return REVIEW
    if years and pivot is not None and max(years) >= pivot:
        return PLAN
    if _THIS_YEAR.search(text):
        return REVIEW if year_end and "明年" not in text else PLAN
    if _PLAN_HEADING.search(text):
        return PLAN
    return ""


def _is_year_end(blocks: Iterable[Block]) -> bool:
    """Was the text spoken in December, so that 今年 is what was done and 明年 what is promised?"""
    next_year = this_year = 0
    for block in blocks:
        next_year += block.text.count("明年")
        this_year += block.text.count("今年")
    return next_year >= 3 and next_year * 2 >= this_year


def _first_body_block(blocks: Sequence[Block]) -> int:
    """Index of the first block that is not title matter."""
    for block in blocks:
        if block.kind in ("title", "byline", "salutation"):
            continue
        text = block.text
        if block.kind == "heading" or len(text) > 40 or text[-1:] in "。！；" or _is_top(block):
            return block.index
    return 0


def _mark_closing(blocks: Sequence[Block], parts: list[str]) -> None:
    """Name the appeal at the end, if there is one, "closing"."""
    body = [i for i, part in enumerate(parts) if part != NONE]
    for i in reversed(body[-4:]):
        block = blocks[i]
        if parts[i] not in (PLAN, REVIEW):
            continue
        found = _CLOSING.search(block.text)
        if found and (found.start() < 90 or len(block.text) < 160):
            for later in body:
                if later >= i and not _is_heading(blocks[later]):
                    parts[later] = CLOSING
