"""Problem details (RFC 9457): what went wrong, why, and what to do, in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.responses import Response

from duixian.web.language import language_of, texts

PREFIX = "/api/v1"
MEDIA = "application/problem+json"
_MOST_FIELDS = 5

HTTP_REASONS = {
    400: ("请求里有看不懂的内容", "请检查网址或表单后重试"),
    401: ("这里要先登录", "请先登录，或随请求带上令牌"),
    404: ("没有这个页面", "请检查网址，或从首页进入"),
    405: ("这个网址不支持这种操作", "请从页面上的按钮操作"),
    413: ("上传的内容太大", "请分几次上传"),
    422: ("有的字段不符合要求", "请按接口说明改正"),
    500: ("处理时遇到意外问题", "请稍后重试；仍不行，请把服务器日志反馈给我们"),
}


class Problem(BaseModel):
    """An error. target: what it is about. reason: why. remedy: what to do."""

    type: str = Field(description="Kind of the problem, a URI reference.")
    title: str
    status: int
    detail: str
    target: str = ""
    reason: str
    remedy: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {
        "description": text,
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "model": Problem,
    }
    for code, text in (("4XX", "The request cannot be met."), ("5XX", "The server cannot meet it now."))
}


def is_api(request: Request) -> bool:
    """Whether the answer is for a program."""
    return request.url.path.startswith(PREFIX)


def problem(request: Request, status: int, told: Mapping[str, str]) -> Response:
    """The answer that tells a problem. told: target, reason, remedy."""
    # What was sent may hold what no text can.
    told = {name: text.encode("utf-8", "replace").decode() for name, text in told.items()}
    stop = "。" if language_of(request) == "zh" else ". "
    named = f"{told['target']}: " if told["target"] else ""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": f"{named}{told['reason']}{stop}{told['remedy']}",
        **told,
    }
    return Response(orjson.dumps(body), status, media_type=MEDIA)


def validation_problem(request: Request, error: RequestValidationError) -> Response:
    """The answer to fields that are not as they must be; names them."""
    named = dict.fromkeys(".".join(map(str, each["loc"][1:])) or str(each["loc"][0]) for each in error.errors())
    speak = texts(language_of(request))
    reason, remedy = HTTP_REASONS[422]
    target = "、".join(list(named)[:_MOST_FIELDS])
    return problem(request, 422, {"target": target, "reason": speak.about(reason), "remedy": speak.about(remedy)})
