"""OpenID Connect: the office's own provider says who somebody is. Authorization code with PKCE, state and nonce."""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections.abc import Mapping
from typing import Any

import httpx2
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.jwk import KeySet

from duixian.web.identity import Oidc, OidcError

_PURPOSE = "duixian.oidc.1"
_MINUTES = 10
_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384"]  # signatures by a key that we do not share, and never none
_SCOPE = "openid profile"
_TIMEOUT = 10.0
_LEEWAY = 60
_LOG = logging.getLogger(__name__)


class Provider:
    """The provider as one server uses it. Thread-safe. Methods raise OidcError."""

    def __init__(self, settings: Oidc, key: bytes) -> None:
        self.settings = settings
        self._signer = URLSafeTimedSerializer(key, salt=_PURPOSE)
        self._lock = threading.Lock()
        self._metadata: OpenIDProviderMetadata | None = None

    def begin(self, back: str, following: str) -> tuple[str, str]:
        """(where to send the browser, what it must bring back in a cookie).

        back: the address at which we wait. following: the page to go to in the end.
        """
        kept = {
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
            "next": following,
        }
        with self._client(back) as client:
            address, _ = client.create_authorization_url(
                self._known()["authorization_endpoint"],
                state=kept["state"],
                nonce=kept["nonce"],
                code_verifier=kept["verifier"],
            )
        return address, str(self._signer.dumps(kept))

    def finish(self, back: str, query: Mapping[str, str], cookie: str) -> tuple[str, str]:
        """(what the claim says, the page to go to) for a browser that came back."""
        try:
            kept = self._signer.loads(cookie, max_age=_MINUTES * 60)
        except BadSignature as error:
            raise OidcError("单点登录", "登录用了太久，或浏览器没有带回标记", "请重新登录") from error
        if not secrets.compare_digest(str(query.get("state", "")), kept["state"]):
            raise OidcError("单点登录", "返回的标记与发出的不符", "请重新登录")
        if "code" not in query:
            raise OidcError("单点登录", "身份提供方没有同意登录", "请重新登录，或与管理员联系")
        known = self._known()
        try:
            with self._client(back) as client:
                token = client.fetch_token(known["token_endpoint"], code=query["code"], code_verifier=kept["verifier"])
            claims = self._claims(str(token["id_token"]), str(token.get("access_token", "")), kept["nonce"])
        except OidcError:
            raise
        except (httpx2.HTTPError, KeyError) as error:
            raise self._unreachable(error) from error
        except Exception as error:
            # Whatever is wrong with an answer, nobody gets in by it.
            _LOG.warning("sign-in by the provider was refused: %s: %s", type(error).__name__, error)
            raise OidcError("单点登录", "身份提供方的答复没有通过核对", "请重新登录；仍不行，请与管理员联系") from error
        value = claims.get(self.settings.claim)
        if not isinstance(value, str) or not value:
            raise OidcError("单点登录", f"答复里没有“{self.settings.claim}”", "请管理员核对配置")
        return value, str(kept["next"])

    def _claims(self, token: str, access: str, nonce: str) -> dict[str, Any]:
        known = self._known()
        with httpx2.Client(timeout=_TIMEOUT) as client:
            keys = KeySet.import_key_set(client.get(known["jwks_uri"]).raise_for_status().json())
        decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
        options = {
            "iss": {"essential": True, "value": known["issuer"]},
            "aud": {"essential": True, "value": self.settings.client},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {"nonce": nonce, "client_id": self.settings.client, "access_token": access}
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate(leeway=_LEEWAY)
        return dict(claims)

    def _known(self) -> OpenIDProviderMetadata:
        """What the provider says of itself, asked once."""
        with self._lock:
            if self._metadata is None:
                address = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
                try:
                    with httpx2.Client(timeout=_TIMEOUT) as client:
                        found = OpenIDProviderMetadata(client.get(address).raise_for_status().json())
                except (httpx2.HTTPError, json.JSONDecodeError) as error:
                    raise self._unreachable(error) from error
                if str(found.get("issuer", "")).rstrip("/") != self.settings.issuer.rstrip("/"):
                    raise OidcError(self.settings.issuer, "身份提供方自称的地址与配置不符", "请管理员核对 issuer")
                self._metadata = found
            return self._metadata

    def _client(self, back: str) -> OAuth2Client:
        return OAuth2Client(
            self.settings.client,
            self.settings.secret,
            scope=_SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_TIMEOUT,
        )

    def _unreachable(self, error: Exception) -> OidcError:
        _LOG.warning("the provider cannot be asked: %s: %s", type(error).__name__, error)
        return OidcError("单点登录", "连接不上身份提供方", "请过一会儿再试，或用账号密码登录")
