"""The office's own provider of identities, as it is configured."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from duixian.errors import TargetError

VARIABLE = "DUIXIAN_OIDC_"
FILE_VARIABLE = "DUIXIAN_OIDC_FILE"


class OidcError(TargetError):
    """The provider could not be asked, or what came back is not to be trusted."""


@dataclass(frozen=True, slots=True)
class Oidc:
    """issuer, client, secret: as registered with the provider. claim: what of its answer names the person.

    by: "external" compares the claim with what an account was linked to, "login" with the login. title: on the button.
    """

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str = "sub"
    by: str = "external"
    title: str = ""


def configured(environment: Mapping[str, str] | None = None) -> Oidc | None:
    """The provider of the environment or of the TOML file that it names; None for none. Raises OidcError."""
    given = os.environ if environment is None else environment
    file = given.get(FILE_VARIABLE, "")
    values: dict[str, Any] = {}
    if file:
        try:
            values = dict(tomllib.loads(Path(file).read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise OidcError(file, "无法读取单点登录的配置", "请检查文件名、权限和写法") from error
    for name in ("issuer", "client", "secret", "claim", "by", "title"):
        if VARIABLE + name.upper() in given:
            values[name] = given[VARIABLE + name.upper()]
    if not values:
        return None
    try:
        found = Oidc(**values)
    except TypeError as error:
        raise OidcError("单点登录", "配置不完整，或有不认识的字段", "须有 issuer、client、secret") from error
    if not all(isinstance(value, str) for value in values.values()) or found.by not in ("external", "login"):
        raise OidcError("单点登录", "配置的值不对", "各项都是文字，by 可以是 external、login")
    address = urlsplit(found.issuer)
    if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise OidcError(found.issuer, "身份提供方的地址须是 https", "请核对 issuer")
    return found
