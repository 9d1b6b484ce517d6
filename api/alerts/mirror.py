"""How everything stands, on a broker: retained topics that follow the office for as long as there is a connection."""

from __future__ import annotations

import asyncio
import random
from typing import Final

import aiomqtt
import structlog

from api.alerts import home_assistant
from api.alerts.home_assistant import OFFLINE, ONLINE, Topics
from api.alerts.mqtt import client_of, reason
from api.alerts.settings import Mqtt
from api.runtime.office import LiveOffice
from api.site import Site
from custody.records import incidents
from streams.backoff import BackoffSettings, wait_s

SHORTEST_S: Final = 0.2
"""How long passes at least between two looks at the office: what happens meanwhile is told together."""

WAITS: Final = BackoffSettings(first_s=1.0, longest_s=60.0)

_log = structlog.get_logger(__name__)


class Mirror:
    """Keeps one broker as the office is."""

    def __init__(self, destination: str, settings: Mqtt, office: LiveOffice, site: Site) -> None:
        self._destination = destination
        self._settings = settings
        self._office = office
        self._site = site
        self._status = home_assistant.status_topic(settings, site)

    async def run(self) -> None:
        """Follow the office until cancelled; whenever the connection is lost, another is made."""
        attempt, will = 0, aiomqtt.Will(self._status, OFFLINE, qos=1, retain=True)
        while True:
            try:
                async with client_of(self._settings, will) as client:
                    _log.info("alert.broker_connected", destination=self._destination)
                    attempt = 0
                    await self._follow(client)
            except* (aiomqtt.MqttError, OSError) as errors:
                attempt += 1
                told = reason(next(iter(errors.exceptions)))
                _log.warning("alert.broker_lost", destination=self._destination, reason=told)
            await asyncio.sleep(wait_s(WAITS, attempt, random.random()))  # noqa: S311 - spreads attempts, hides nothing

    async def _follow(self, client: aiomqtt.Client) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._take_back(client))
                tasks.create_task(self._tell(client))
        except asyncio.CancelledError:
            await client.publish(self._status, OFFLINE, qos=1, retain=True)
            raise

    async def _tell(self, client: aiomqtt.Client) -> None:
        """Tell how everything stands, and then what has changed."""
        await _retain(client, home_assistant.discovery_topics(self._settings, self._site))
        told: Topics = {}
        async for _ in self._office.on_change():
            topics = await asyncio.to_thread(self._topics)
            await _retain(client, {topic: text for topic, text in topics.items() if told.get(topic) != text})
            if not told:
                await client.publish(self._status, ONLINE, qos=1, retain=True)
            told = topics
            await asyncio.sleep(SHORTEST_S)

    def _topics(self) -> Topics:
        office = self._office
        with office.records.read() as connection:
            lasting = incidents.lasting(connection)
        base = home_assistant.base_of(self._settings, self._site)
        return home_assistant.state_topics(base, self._site, lasting, office.situation(), office.cameras())

    async def _take_back(self, client: aiomqtt.Client) -> None:
        """Take back what Home Assistant was told by an earlier site file; ends with the connection."""
        known = home_assistant.discovery_topics(self._settings, self._site)
        if self._settings.discovery is not None:
            await client.subscribe(home_assistant.config_filter(self._settings.discovery, self._site))
        async for message in client.messages:
            if message.payload and str(message.topic) not in known:
                await client.publish(str(message.topic), b"", retain=True)


async def _retain(client: aiomqtt.Client, topics: Topics) -> None:
    for topic, text in topics.items():
        await client.publish(topic, text, qos=1, retain=True)
