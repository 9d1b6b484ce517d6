"""Telling a program: a POST of JSON, signed so that libraries can verify it.

A redirect is not followed: what is told goes where the site file says, and nowhere else. The name is looked up once,
and refused where it leads to what only this machine can reach.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import httpx2

from api.alerts.alert import Alert
from api.alerts.errors import NeverError, NotNowError, UnreachableError
from api.alerts.settings import Webhook
from api.alerts.signing import signed
from streams.addresses import pinned
from streams.errors import StreamError
from vision.incidents import incident_json

TIMEOUT_S: Final = 10.0

# What a receiver says of this one message. Whatever else it says, it may say differently tomorrow.
_NEVER: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.GONE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
_NOT_NOW: Final = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.CONFLICT, HTTPStatus.LOCKED})


class WebhookChannel:
    """Posts to one address. now_ms: the clock of the service, whose time is signed."""

    def __init__(self, settings: Webhook, now_ms: Callable[[], int]) -> None:
        self._settings = settings
        self._now_ms = now_ms

    async def deliver(self, alert: Alert) -> None:
        """Post it."""
        body = json.dumps(body_of(alert), ensure_ascii=False, separators=(",", ":")).encode()
        headers = signed(self._settings.secret, alert.id, self._now_ms() // 1000, body)
        headers["Content-Type"] = "application/json"
        url = httpx2.URL(self._settings.url.reveal())
        headers["Host"] = url.netloc.decode()
        try:
            target = await asyncio.to_thread(pinned, str(url))
            async with httpx2.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
                answer = await client.post(
                    target, content=body, headers=headers, extensions={"sni_hostname": url.host}
                )
        except httpx2.HTTPError as error:
            raise UnreachableError(f"{self._settings.url}: {type(error).__name__}") from None
        except StreamError as error:
            raise UnreachableError(f"{self._settings.url}: {error.reason}") from None
        _expect_taken(answer.status_code)


def body_of(alert: Alert) -> dict[str, Any]:
    """Return what is told, as JSON values; incidents have the form that all interfaces give them."""
    return {
        "version": 1,
        "id": alert.id,
        "kind": alert.kind.value,
        "test": alert.is_test,
        "stage": alert.stage,
        "site": {"id": alert.site.id, "name": alert.site.name},
        "incidents": [incident_json(incident, alert.site.timezone) for incident in alert.incidents],
    }


def _expect_taken(status: int) -> None:
    if status in range(200, 300):
        return
    said = f"it answered with status {status}"
    if status in _NEVER:
        raise NeverError(said)
    if status in _NOT_NOW:
        raise NotNowError(said)
    if status in range(300, 400):
        raise UnreachableError(f"{said}: a redirect is not followed; write the final address into the site file")
    raise UnreachableError(said)
