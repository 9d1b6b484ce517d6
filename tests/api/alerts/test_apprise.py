"""Apprise as it is installed, telling a real HTTP server."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from api.alerts.alert import Alert
from api.alerts.apprise import AppriseChannel
from api.alerts.errors import UnreachableError
from api.alerts.settings import Apprise
from api.secret import Secret
from api.site import Site
from custody.records.outbox import Kind
from tests.api.alerts.conftest import incident_at
from tests.api.alerts.receiver import receiver

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""Apprise's own imports."""


@pytest.fixture
def alert(site: Site) -> Alert:
    return Alert("tsurumi-1-1", Kind.RAISED, 0, site, (incident_at(0, "a", item="T-01"),))


def deliver(alert: Alert, url: str) -> None:
    asyncio.run(AppriseChannel(Apprise(Secret(url, shown="***"), "ja")).deliver(alert))


def test_what_apprise_reaches_is_told_subject_and_text(alert: Alert) -> None:
    with receiver() as server:
        deliver(alert, server.url.replace("http://", "json://"))
    ((_, _, body),) = server.received
    told = json.loads(body)
    assert told["title"] == "【警報】保管物の所在不明：交付用端末 1 (T-01)（鶴見区役所 戸籍課）"
    assert "カメラ counter" in told["message"]


def test_a_service_that_refuses_is_tried_again(alert: Alert) -> None:
    with receiver() as server:
        server.status = 500
        with pytest.raises(UnreachableError, match="could not tell it"):
            deliver(alert, server.url.replace("http://", "json://"))


def test_an_address_that_apprise_does_not_know_is_said_and_not_quoted(alert: Alert) -> None:
    with pytest.raises(UnreachableError, match="does not know") as caught:
        deliver(alert, "nowhere://correct-horse-battery")
    assert "correct-horse-battery" not in str(caught.value)


def test_where_the_extra_is_missing_the_remedy_is_said(alert: Alert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UnreachableError, match=r"pip install 'kuraban\[apprise\]'"):
        deliver(alert, "json://localhost")
