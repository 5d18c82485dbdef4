"""Texts that no database and no answer can hold are refused in words, wherever a program puts them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from web_access import house, other

BAD = ("\x00", "a\x00b", "\ud800", "甲" * 10_000)
BODIES: dict[str, dict[str, Any]] = {
    "slicings": {
        "item": "2025/1",
        "measure": "里程",
        "along": "district",
        "slices": [{"name": "东山区", "value": 1, "organisation": "dept1"}],
        "reason": "理由",
        "seen": [{"name": "东山区", "value": 1}],
    },
    "milestones": {"item": "2025/1", "milestones": [{"name": "开工", "due": "2025-03-01"}], "reason": "理由"},
    "splits": {
        "item": "2025/1",
        "parts": [
            {"number": "1-1", "text": "甲", "measures": ["里程"], "deadline": "2025-06-30", "lead": "dept1"},
            {"number": "1-2", "text": "乙"},
        ],
        "reason": "理由",
    },
    "plans/2025/carrying": {"to": "2026", "reason": "理由", "items": ["2025/2"], "deadline": "2026-01-01"},
    "plans/2025/closing": {"summary": "总结"},
    "plans": {
        "document": "doc",
        "plan": "2026",
        "title": "台账",
        "leave_out": ["1"],
        "items": [{"number": "2", "members": ["3"], "text": "甲", "lead": "第1局", "supporting": ["第2局"]}],
    },
    "people": {"person": "zhao", "name": "赵六", "organisation": "dept1", "login": "zhao6", "external": "sub-6"},
    "accounts": {"person": "zhang", "login": "zhang", "external": "sub-7"},
    "accounts/actions": {"person": "own1", "action": "link", "external": "sub-8"},
    "account/tokens": {"name": "脚本", "scope": "read", "days": 1},
    "account/actions": {"action": "revoke", "name": "脚本"},
}


def spoilt(value: Any, bad: str) -> Iterator[Any]:
    """The same with one of its texts bad, each in turn."""
    if isinstance(value, str):
        yield bad
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from ([*value[:place], each, *value[place + 1 :]] for each in spoilt(one, bad))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from (value | {name: each} for each in spoilt(one, bad))


def test_a_text_that_nothing_can_hold_is_refused_in_words_and_writes_nothing(tmp_path: Path, backend: str) -> None:
    with house(tmp_path, backend, requests=10**6, changes=10**6) as (client, ledger, accounts):
        bearer = {"authorization": f"Bearer {accounts.make_token('li', 'li', '接口', 'write', 9)}"}
        program, before = other(client), ledger.head()
        headers = bearer | {"content-type": "application/json"}
        for path, body in BODIES.items():
            for bad in BAD:
                for wish in spoilt(body, bad):
                    answer = program.post(f"/api/v1/{path}", content=json.dumps(wish).encode(), headers=headers)
                    assert 400 <= answer.status_code < 500, (path, wish, answer.text)
                    assert answer.json()["reason"]
                    assert ledger.head() == before, (path, wish)
