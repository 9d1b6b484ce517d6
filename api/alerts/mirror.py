"""How everything stands, on a broker: retained topics that follow the office for as long as there is a connection."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import aiomqtt
import structlog

from api.alerts import home_assistant
from api.alerts.home_assistant import OFFLINE, ONLINE, Topics
from api.alerts.mqtt import client_of, reason
from api.alerts.onvif_topics import payload_of, topic_of
from api.alerts.settings import Mqtt
from api.runtime.office import LiveOffice
from api.runtime.tasks import run_together
from api.site import Site
from custody.records import incidents
from streams.backoff import BackoffSettings, wait_s
from vision.incidents import Incident

SHORTEST_S: Final = 0.2
"""How long passes at least between two looks at the office: what happens meanwhile is told together."""

WAITS: Final = BackoffSettings(first_s=1.0, longest_s=60.0)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is retained: states of the office by topic, and the incidents that last by the topics of their events."""

    states: Topics = field(default_factory=dict)
    lasting: Mapping[str, Incident] = field(default_factory=dict)


class Mirror:
    """Keeps one broker as the office is."""

    def __init__(self, destination: str, settings: Mqtt, office: LiveOffice, site: Site) -> None:
        self._destination = destination
        self._settings = settings
        self._office = office
        self._site = site
        self._base = home_assistant.base_of(settings, site)
        self._status = home_assistant.status_topic(settings, site)
        self._configs = home_assistant.discovery_topics(settings, site)
        self._told = Standing()

    async def run(self) -> None:
        """Follow the office until cancelled; whenever the connection is lost, another is made."""
        attempt, will = 0, aiomqtt.Will(self._status, OFFLINE, qos=1, retain=True)
        while True:
            try:
                async with client_of(self._settings, will) as client:
                    _log.info("alert.broker_connected", destination=self._destination)
                    attempt = 0
                    await self._follow(client)
            except (aiomqtt.MqttError, OSError) as error:
                attempt += 1
                _log.warning("alert.broker_lost", destination=self._destination, reason=reason(error))
            await asyncio.sleep(wait_s(WAITS, attempt, random.random()))  # noqa: S311 - spreads attempts, hides nothing

    async def _follow(self, client: aiomqtt.Client) -> None:
        try:
            await run_together(self._tell(client), self._take_back(client))
        except asyncio.CancelledError:
            with contextlib.suppress(aiomqtt.MqttError):  # then the broker says so
                await _retain(client, self._status, OFFLINE)
            raise

    async def _tell(self, client: aiomqtt.Client) -> None:
        """Tell how everything stands, and then what has changed."""
        self._told = Standing()
        for topic, text in self._configs.items():
            await _retain(client, topic, text)
        async for _ in self._office.on_change():
            before = self._told
            await self._tell_changes(client, await asyncio.to_thread(self._standing))
            if not before.states:
                await _retain(client, self._status, ONLINE)
                await self._ask_what_is_retained(client)
            await asyncio.sleep(SHORTEST_S)

    async def _ask_what_is_retained(self, client: aiomqtt.Client) -> None:
        """Have the broker send what was told of this site before, so that `_take_back` sees it."""
        await client.subscribe(f"{self._base}/#", qos=1)
        if self._settings.discovery is not None:
            await client.subscribe(home_assistant.config_filter(self._settings.discovery, self._site), qos=1)

    async def _tell_changes(self, client: aiomqtt.Client, now: Standing) -> None:
        before, self._told = self._told, now
        for topic, text in now.states.items():
            if before.states.get(topic) != text:
                await _retain(client, topic, text)
        for topic, incident in now.lasting.items():
            if topic not in before.lasting:
                await _retain(client, topic, payload_of(incident, incident.raised_at_ms, is_on=True))
        for topic in before.lasting.keys() - now.lasting.keys():
            ended = payload_of(before.lasting[topic], self._office.now_ms(), is_on=False)
            await client.publish(topic, ended, qos=1)
            await _retain(client, topic, "")

    def _standing(self) -> Standing:
        office = self._office
        with office.records.read() as connection:
            lasting = incidents.lasting(connection)
        states = home_assistant.state_topics(self._base, self._site, lasting, office.situation(), office.cameras())
        return Standing(states, {topic_of(self._base, incident): incident for incident in lasting})

    async def _take_back(self, client: aiomqtt.Client) -> None:
        """Take back what is retained from before and does not hold any more; fails with the connection."""
        async for message in client.messages:
            topic = str(message.topic)
            if message.retain and message.payload and not self._holds(topic):
                await _retain(client, topic, "")

    def _holds(self, topic: str) -> bool:
        return topic == self._status or any(
            topic in told for told in (self._configs, self._told.states, self._told.lasting)
        )


async def _retain(client: aiomqtt.Client, topic: str, text: str) -> None:
    await client.publish(topic, text, qos=1, retain=True)
