"""Somebody who works at the office all day: what was acknowledged is written down, to be looked for in the end."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from typing import Any, Final

EVERY_S: Final = 0.3
_PASSWORD: Final = "seven cards on a desk"
_OLDEST, _NEWEST = "2020-01-01T00:00:00+00:00", "2020-01-01T00:01:00+00:00"


class Clerk:
    """Signs in as the first administrator, and then asks for one mandate after the other, in a thread."""

    def __init__(self, address: Callable[[], str]) -> None:
        """Take where the service is now."""
        self._address = address
        self._token = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self.acknowledged: list[str] = []
        self.refused = 0

    def begin(self, code: str) -> None:
        """Make the account, with a token for it, and begin to work."""
        session = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        person = {"code": code, "account": "sato", "name": "佐藤", "password": _PASSWORD}
        me = self._call("POST", "access/first", {**person, "roles": ["investigator", "custodian"]}, session)
        expires = (datetime.now(UTC) + timedelta(days=60)).isoformat(timespec="seconds")
        asked = {"name": "day", "scopes": ["view", "replay", "hold"], "expires": expires}
        issued = self._call("POST", "access/tokens", asked, session, {"X-CSRF-Token": me["csrf"]})
        self._token = issued["secret"]
        self._thread.start()

    def hold(self, camera: str, start_ms: int, end_ms: int) -> None:
        """Have footage held for a case."""
        why = {"reason": "a terminal is missing", "authority": "令状 7"}
        case = self._call("POST", "cases", {"title": "T-01", **why})["id"]
        start, end = (datetime.fromtimestamp(at_ms / 1000, UTC).isoformat() for at_ms in (start_ms, end_ms))
        self._call("POST", "holds", {"case": case, "camera": camera, "start": start, "end": end, **why})

    def end(self) -> None:
        """Stop working."""
        self._stop.set()
        self._thread.join()

    def cameras(self) -> dict[str, Any]:
        """Return how the cameras fare, by their ids; nothing where the service does not answer."""
        try:
            answer = self._call("GET", "cameras")
        except OSError:
            return {}
        return {camera["id"]: camera for camera in answer["items"]}

    def _work(self) -> None:
        number = 0
        while not self._stop.wait(EVERY_S):
            number += 1
            reason = f"request {number} of the day"
            asked = {"permission": "replay", "cameras": ["counter"], "start": _OLDEST, "end": _NEWEST}
            try:
                self._call("POST", "access/mandates", {**asked, "reason": reason, "authority": "令状 7"})
            except OSError:
                self.refused += 1
            else:
                self.acknowledged.append(reason)

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        opener: urllib.request.OpenerDirector | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        data = None if body is None else json.dumps(body).encode()
        address = self._address()
        request = urllib.request.Request(f"{address}/api/v1/{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        request.add_header("Origin", address)
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        with (opener or urllib.request.build_opener()).open(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")
