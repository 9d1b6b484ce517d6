"""An identity provider on this machine: it describes itself, hands out codes and signs what it knows, or lies."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT: Final = "kuraban"
SECRET: Final = "a secret between the two"


class Issuer:
    """What it says and does can be changed, for the lies that a test needs."""

    def __init__(self, address: str, now_s: int) -> None:
        self.address = address
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.shown_key = self.key
        self.described: dict[str, Any] = {
            "issuer": address,
            "authorization_endpoint": f"{address}/authorize",
            "token_endpoint": f"{address}/token",
            "jwks_uri": f"{address}/keys",
        }
        self.claims: dict[str, Any] = {
            "iss": address,
            "aud": CLIENT,
            "sub": "1234",
            "preferred_username": "sato",
            "exp": now_s + 300,
            "iat": now_s,
        }
        self.header: dict[str, str] = {"alg": "RS256", "kid": "1"}
        self.is_down = False
        self._begun: dict[str, Mapping[str, str]] = {}

    def sign_in(self, address: str) -> tuple[str, str]:
        """Have a person sign in whom a browser brings here; return the code and the state that it goes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "profile"}
        code = f"code-{len(self._begun)}"
        self._begun[code] = asked
        return code, asked["state"]

    def answer(self, path: str) -> Any:
        return {
            "/.well-known/openid-configuration": self.described,
            "/keys": KeySet([self.shown_key]).as_dict(private=False),
        }.get(path)

    def token(self, form: Mapping[str, str], authorization: str) -> Any:
        """Return a token for a code, where the one that brings it is the one that began; None where it is not."""
        asked = self._begun.pop(form.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        own = base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET}"
        is_same = asked is not None and (asked["code_challenge"], asked["redirect_uri"]) == (
            proof.decode(),
            form["redirect_uri"],
        )
        if asked is None or not own or not is_same:
            return None
        claims = {"nonce": asked["nonce"], **self.claims}
        token = jwt.encode(
            self.header, {name: value for name, value in claims.items() if value is not None}, self.key
        )
        return {"access_token": "unused", "token_type": "Bearer", "id_token": token}


@contextmanager
def issuer(now_s: int) -> Iterator[Issuer]:
    """Serve a provider while the block runs."""
    made: list[Issuer] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(None if made[0].is_down else made[0].answer(self.path))

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            self._send(made[0].token(form, self.headers.get("Authorization", "")), refused=400)

        def _send(self, body: Any, refused: int = 404) -> None:
            content = json.dumps({"error": "invalid_grant"} if body is None else body).encode()
            self.send_response(refused if body is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.append(Issuer(f"http://127.0.0.1:{server.server_port}", now_s))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield made[0]
        server.shutdown()
        thread.join()
