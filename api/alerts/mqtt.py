"""Telling a broker: each message as an event, JSON as webhooks have it, under `TOPIC/SITE/event`."""

from __future__ import annotations

import json
import ssl

import aiomqtt

from api.alerts.alert import Alert
from api.alerts.errors import UnreachableError
from api.alerts.settings import Mqtt
from api.alerts.webhook import body_of


class MqttChannel:
    """Publishes to one broker, with a connection for each message."""

    def __init__(self, settings: Mqtt) -> None:
        self._settings = settings

    async def deliver(self, alert: Alert) -> None:
        """Publish it, and wait until the broker has it (QoS 1)."""
        topic = f"{self._settings.topic}/{alert.site.id}/event"
        body = json.dumps(body_of(alert), ensure_ascii=False)
        try:
            async with client_of(self._settings) as client:
                await client.publish(topic, body, qos=1)
        except (aiomqtt.MqttError, OSError) as error:
            raise UnreachableError(f"{self._settings.host}:{self._settings.port}: {reason(error)}") from None


def client_of(settings: Mqtt, will: aiomqtt.Will | None = None) -> aiomqtt.Client:
    """Return a client of a broker; it connects in its `async with` block. will: told where that breaks off."""
    login = settings.login
    return aiomqtt.Client(
        settings.host,
        settings.port,
        username=None if login is None else login.user,
        password=None if login is None else login.password.reveal(),
        tls_context=ssl.create_default_context() if settings.tls else None,
        will=will,
        timeout=10.0,
    )


def reason(error: Exception) -> str:
    """Return what is the matter with a broker, in words without a password."""
    return f"{type(error).__name__}: {error}" if isinstance(error, aiomqtt.MqttError) else type(error).__name__
