"""The identity provider, as it is asked: where people sign in, and who has (OpenID Connect Core 1.0).

By code, with a proof that the one who brings it is the one who began (RFC 7636). What it says is believed where it is
signed with a key of its own, for this office, for this sign-in, and still good.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.auth.errors import IdentityProviderError
from api.auth.flow import Flow, Known
from api.auth.settings import IdentityProvider

DESCRIPTION: Final = "/.well-known/openid-configuration"
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""None that the provider and this office would both need a secret for, and not `none`."""

_SCOPE: Final = "openid profile"
_WITHIN_S: Final = 5.0
_LEEWAY_S: Final = 60
_LARGEST_TEXT: Final = 200


def sign_in_address(provider: IdentityProvider, flow: Flow) -> str:
    """Return where a browser is sent to sign in. Raises IdentityProviderError."""
    with _translated(provider), _session(provider, flow) as session:
        endpoint = _described(session, provider)["authorization_endpoint"]
        address, _ = session.create_authorization_url(
            endpoint, state=flow.state, nonce=flow.nonce, code_verifier=flow.verifier
        )
        return str(address)


def known_by(provider: IdentityProvider, flow: Flow, code: str, now_ms: int) -> Known:
    """Return who has signed in, from the code that the browser has brought. Raises IdentityProviderError."""
    with _translated(provider), _session(provider, flow) as session:
        described = _described(session, provider)
        answer = session.fetch_token(
            described["token_endpoint"], code=code, code_verifier=flow.verifier, timeout=_WITHIN_S
        )
        keys = KeySet.import_key_set(_json(session, described["jwks_uri"]))
        token = jwt.decode(str(answer["id_token"]), keys, algorithms=list(ALGORITHMS))
        _expected(provider, flow, now_ms).validate(token.claims)
        return _known(token.claims)


def _expected(provider: IdentityProvider, flow: Flow, now_ms: int) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=now_ms // 1000,
        leeway=_LEEWAY_S,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client},
        sub={"essential": True},
        exp={"essential": True},
        nonce={"essential": True, "value": flow.nonce},
    )


def _known(claims: Mapping[str, Any]) -> Known:
    subject, username = claims["sub"], claims.get("preferred_username")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LARGEST_TEXT:
        raise ValueError("it names nobody")
    return Known(subject, username if isinstance(username, str) and len(username) <= _LARGEST_TEXT else None)


def _session(provider: IdentityProvider, flow: Flow) -> Any:
    return OAuth2Session(
        provider.client,
        provider.secret.reveal(),
        scope=_SCOPE,
        redirect_uri=flow.redirect,
        code_challenge_method="S256",
    )


def _described(session: Any, provider: IdentityProvider) -> Mapping[str, Any]:
    described: Mapping[str, Any] = _json(session, provider.issuer.rstrip("/") + DESCRIPTION)
    if described.get("issuer") != provider.issuer:
        raise ValueError(f"it names itself {described.get('issuer')!r}")
    return described


def _json(session: Any, address: str) -> Any:
    answer = session.get(address, withhold_token=True, timeout=_WITHIN_S, allow_redirects=False)
    answer.raise_for_status()
    return answer.json()


@contextmanager
def _translated(provider: IdentityProvider) -> Iterator[None]:
    try:
        yield
    except (requests.RequestException, AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
        raise IdentityProviderError(
            f"the identity provider {provider.issuer} cannot be believed or asked ({type(error).__name__}: {error}); "
            "sign in again, or with a password"
        ) from error
