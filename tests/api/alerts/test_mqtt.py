"""MQTT with a real broker: Mosquitto, started on a free port."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import aiomqtt
import pytest

from api.alerts.alert import Alert
from api.alerts.errors import UnreachableError
from api.alerts.mqtt import MqttChannel
from api.alerts.settings import Login, Mqtt
from api.alerts.webhook import body_of
from api.secret import Secret
from api.site import Site
from custody.records.outbox import Kind
from tests.api.alerts.broker import Broker, broker
from tests.api.alerts.certificate import write_certificate
from tests.api.alerts.conftest import incident_at

PASSWORD: Final = "correct-horse-battery"


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with broker(tmp_path_factory.mktemp("mosquitto"), "kuraban", PASSWORD) as running:
        yield running


@pytest.fixture
def alert(site: Site) -> Alert:
    return Alert("tsurumi-1-1", Kind.RAISED, 0, site, (incident_at(0, "a"),))


def settings_of(broker: Broker, password: str = PASSWORD) -> Mqtt:
    login = Login("kuraban", Secret(password, shown="***"))
    return Mqtt("127.0.0.1", broker.port, False, login, "office", "homeassistant")


async def heard_while(broker: Broker, topic: str, channel: MqttChannel, alert: Alert) -> Any:
    """Return what a subscriber hears while an alert is delivered."""
    async with aiomqtt.Client("127.0.0.1", broker.port, username="kuraban", password=PASSWORD) as client:
        await client.subscribe(topic)
        await channel.deliver(alert)
        async with asyncio.timeout(5):
            message = await anext(aiter(client.messages))
            return json.loads(bytes(message.payload))


def test_an_incident_is_an_event_in_the_form_of_webhooks(mosquitto: Broker, alert: Alert) -> None:
    channel = MqttChannel(settings_of(mosquitto))
    heard = asyncio.run(heard_while(mosquitto, "office/tsurumi/event", channel, alert))
    assert heard == json.loads(json.dumps(body_of(alert)))


def test_a_wrong_password_is_said_and_not_told(mosquitto: Broker, alert: Alert) -> None:
    wrong = "another-secret-word"
    with pytest.raises(UnreachableError) as caught:
        asyncio.run(MqttChannel(settings_of(mosquitto, wrong)).deliver(alert))
    assert "127.0.0.1" in str(caught.value)
    assert wrong not in f"{caught.value!r}"


def test_a_broker_that_is_not_there_is_unreachable(alert: Alert) -> None:
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:9"):
        asyncio.run(MqttChannel(settings_of(Broker(9))).deliver(alert))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path)


@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket")  # paho leaves it open where TLS fails
def test_a_broker_with_tls_is_told_where_its_certificate_is_trusted(
    tmp_path: Path, alert: Alert, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with broker(tmp_path, "kuraban", PASSWORD, certificate) as running:
        channel = MqttChannel(replace(settings_of(running), tls=True))
        with pytest.raises(UnreachableError):
            asyncio.run(channel.deliver(alert))
        gc.collect()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        asyncio.run(channel.deliver(alert))
