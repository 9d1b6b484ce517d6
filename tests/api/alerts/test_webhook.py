"""Webhooks to a real HTTP server: what it gets, and what its answers mean."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from api.alerts import webhook
from api.alerts.alert import Alert
from api.alerts.errors import DeliveryError, NeverError, NotNowError, UnreachableError
from api.alerts.settings import Webhook
from api.alerts.webhook import WebhookChannel
from api.secret import Secret
from api.site import Site
from custody.records.outbox import Kind
from tests.api.alerts.conftest import incident_at
from tests.api.alerts.receiver import PATH, Receiver, receiver
from vision.incidents import incident_json

KEY: Final = b"a key of twenty-four bytes"
ENCODED: Final = "whsec_" + base64.b64encode(KEY).decode()
PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "alerts.md"
TOKEN: Final = "correct-horse-battery"


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def alert(site: Site) -> Alert:
    return Alert("tsurumi-1-1", Kind.RAISED, 0, site, (incident_at(0, "a"), incident_at(1, "b")))


def now_ms() -> int:
    return round(time.time() * 1000)


def deliver(alert: Alert, url: str, secret: str = ENCODED) -> None:
    settings = Webhook(Secret(url, shown=url.replace(TOKEN, "***")), Secret(secret, shown="***"))
    asyncio.run(WebhookChannel(settings, now_ms).deliver(alert))


def failure(alert: Alert, url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver(alert, url)
    return caught.value


def test_the_incidents_are_posted_in_the_form_of_all_interfaces(server: Receiver, alert: Alert, site: Site) -> None:
    deliver(alert, server.url)
    ((path, headers, body),) = server.received
    assert (path, headers["content-type"]) == (PATH, "application/json")
    assert json.loads(body) == {
        "version": 1,
        "id": "tsurumi-1-1",
        "kind": "raised",
        "test": False,
        "stage": 0,
        "site": {"id": "tsurumi", "name": "鶴見区役所 戸籍課"},
        "incidents": [incident_json(incident, site.timezone) for incident in alert.incidents],
    }


def test_its_name_is_told_although_the_address_is_connected_to(server: Receiver, alert: Alert) -> None:
    named = server.url.replace("127.0.0.1", "localhost")
    deliver(alert, named)
    ((_, headers, _),) = server.received
    assert headers["host"] == named.split("/")[2]


@pytest.mark.parametrize("host", ["169.254.169.254", "2852039166", "[::ffff:169.254.169.254]", "nobody.invalid"])
def test_what_leads_to_the_keys_of_a_cloud_or_to_nobody_is_not_told(alert: Alert, host: str) -> None:
    error = failure(alert, f"http://{host}/kuraban?token={TOKEN}")
    assert isinstance(error, UnreachableError)
    assert TOKEN not in str(error)


@pytest.mark.parametrize(("secret", "key"), [(ENCODED, KEY), ("a word as it stands", b"a word as it stands")])
def test_a_library_of_standard_webhooks_verifies_it(server: Receiver, alert: Alert, secret: str, key: bytes) -> None:
    deliver(alert, server.url, secret)
    ((_, headers, body),) = server.received
    told: Any = Verifier(key).verify(body, headers)
    assert told["id"] == headers["webhook-id"] == "tsurumi-1-1"
    for changed in (body.replace(b"tsurumi-1-1", b"tsurumi-1-2"), body + b" "):
        with pytest.raises(WebhookVerificationError):
            Verifier(key).verify(changed, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(b"another key").verify(body, headers)


def test_an_old_message_that_is_sent_again_by_somebody_is_not_verified(server: Receiver, alert: Alert) -> None:
    settings = Webhook(Secret(server.url), Secret(ENCODED))
    asyncio.run(WebhookChannel(settings, lambda: now_ms() - 3_600_000).deliver(alert))
    ((_, headers, body),) = server.received
    with pytest.raises(WebhookVerificationError):
        Verifier(KEY).verify(body, headers)


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (301, UnreachableError),
        (400, NeverError),
        (401, UnreachableError),
        (404, UnreachableError),
        (410, NeverError),
        (422, NeverError),
        (429, UnreachableError),
        (500, NotNowError),
        (502, UnreachableError),
        (503, UnreachableError),
    ],
)
def test_only_what_is_said_of_the_message_itself_is_final(
    server: Receiver, alert: Alert, status: int, means: type[DeliveryError]
) -> None:
    server.status = status
    error = failure(alert, server.url)
    assert type(error) is means
    assert str(status) in str(error)


def test_a_redirect_is_not_followed(server: Receiver, alert: Alert) -> None:
    with receiver() as elsewhere:
        server.status, server.headers = 307, {"Location": elsewhere.url}
        assert "write the final address into the site file" in str(failure(alert, server.url))
        assert elsewhere.received == []


def test_a_server_that_stalls_is_left_after_a_bounded_time(
    server: Receiver, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT_S", 0.1)
    server.answers_after_s = 30.0
    began_s = time.monotonic()
    assert isinstance(failure(alert, server.url), UnreachableError)
    assert time.monotonic() - began_s < 5


def test_a_server_that_is_not_there_is_told_without_what_is_secret_in_its_address(alert: Alert) -> None:
    with receiver() as gone:
        url = f"{gone.url}?t={TOKEN}"
    error = failure(alert, url)
    assert isinstance(error, UnreachableError)
    assert TOKEN not in f"{error} {error!r}"
    assert "127.0.0.1" in str(error)


def test_the_verification_that_is_documented_verifies(server: Receiver, alert: Alert) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    documented: dict[str, Any] = {}
    exec(snippet, documented)
    deliver(alert, server.url)
    ((_, headers, body),) = server.received
    assert documented["is_from_kuraban"](KEY, headers, body)
    assert not documented["is_from_kuraban"](KEY, headers, body + b" ")
    assert not documented["is_from_kuraban"](b"another key", headers, body)
