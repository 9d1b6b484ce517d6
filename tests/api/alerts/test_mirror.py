"""How an office stands, on a real broker: retained topics, and what Home Assistant finds there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import aiomqtt
import pytest

from api.alerts.alerting import Alerting
from api.alerts.home_assistant import discovery_topics, state_topics
from api.alerts.onvif_topics import topic_of
from api.alerts.settings import AlertSettings, Login, Mqtt
from api.runtime.office import CameraState
from api.runtime.running import RunningOffice
from api.secret import Secret
from api.site import Site
from custody.incidents import beginning_entries, end_entries
from tests.api.alerts.broker import Broker, Wire, broker
from tests.api.alerts.conftest import incident_at
from vision.incidents import Incident
from vision.situation import Situation
from vision.types import Health, Observation, SlotReading, SlotState

PASSWORD: Final = "correct-horse-battery"
NOW_MS: Final = 1_519_200_900_000
BASE: Final = "office/tsurumi"


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with broker(tmp_path_factory.mktemp("mosquitto"), "kuraban", PASSWORD) as running:
        yield running


def settings_of(port: int, discovery: str | None = "homeassistant") -> Mqtt:
    return Mqtt("127.0.0.1", port, False, Login("kuraban", Secret(PASSWORD, shown="***")), "office", discovery)


class Watcher:
    """Somebody who follows a broker: what is at each topic now."""

    def __init__(self) -> None:
        self.at: dict[str, str] = {}
        self.heard: dict[str, list[str]] = {}
        self._news = asyncio.Condition()

    async def follow(self, client: aiomqtt.Client) -> None:
        await client.subscribe("#")
        async for message in client.messages:
            assert isinstance(message.payload, bytes)
            async with self._news:
                text = message.payload.decode()
                self.at[str(message.topic)] = text
                self.heard.setdefault(str(message.topic), []).append(text)
                self._news.notify_all()

    async def until(self, is_so: Callable[[dict[str, str]], bool]) -> None:
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: is_so(self.at))

    async def until_at(self, topic: str, text: str) -> None:
        await self.until(lambda at: at.get(topic) == text)


@asynccontextmanager
async def watching(broker: Broker) -> AsyncIterator[Watcher]:
    async with aiomqtt.Client("127.0.0.1", broker.port, username="kuraban", password=PASSWORD) as client:
        watcher = Watcher()
        following = asyncio.create_task(watcher.follow(client))
        try:
            yield watcher
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


@asynccontextmanager
async def serving(folder: Path, site: Site, port: int) -> AsyncIterator[RunningOffice]:
    """Run an office that is mirrored on a broker."""
    mirrored = replace(site, alerts=AlertSettings(MappingProxyType({"broker": settings_of(port)})))
    alerting = Alerting(mirrored, lambda: NOW_MS)
    with RunningOffice.open(folder, mirrored, alerting.hear, lambda: NOW_MS) as office:
        async with alerting.sending(office):
            yield office


def test_a_rule_is_on_while_its_incident_lasts(
    mosquitto: Broker, tmp_path: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    raised = incidents[1]
    over, rule = replace(raised, ended_at_ms=NOW_MS), f"{BASE}/rule/unattended_counter"

    async def run() -> None:
        async with watching(mosquitto) as watcher, serving(tmp_path, site, mosquitto.port) as office:
            await watcher.until_at(f"{BASE}/status", "online")
            assert watcher.at[rule] == "OFF"
            await asyncio.to_thread(office.ledger.record_all, beginning_entries(replace(raised, ended_at_ms=None)))
            await watcher.until_at(rule, "ON")
            await watcher.until_at(f"{BASE}/zone/window-1", "ON")
            await watcher.until_at(f"{rule}/incidents", json.dumps({"incidents": [raised.id]}))
            await asyncio.to_thread(office.ledger.record_all, end_entries(over))
            await watcher.until_at(rule, "OFF")

    asyncio.run(run())


@pytest.mark.parametrize("rule", ["count_mismatch", "footage_not_recorded"])
def test_what_ledger_and_service_raise_goes_on_and_off_like_any_rule(
    site: Site, incidents: tuple[Incident, ...], rule: str
) -> None:
    raised = replace(incidents[0], rule=rule, ended_at_ms=None)
    on, off = (state_topics(BASE, site, lasting, situation(SlotState.PRESENT), {}) for lasting in ((raised,), ()))
    assert (on[f"{BASE}/rule/{rule}"], off[f"{BASE}/rule/{rule}"]) == ("ON", "OFF")
    assert on.keys() == off.keys()


def test_what_is_no_more_in_the_site_file_is_not_left_on_the_broker(
    mosquitto: Broker, tmp_path: Path, site: Site
) -> None:
    stale, other = f"{BASE}/zone/old", "office/naka/zone/old"

    async def run() -> None:
        async with aiomqtt.Client("127.0.0.1", mosquitto.port, username="kuraban", password=PASSWORD) as client:
            for topic in (stale, other):
                await client.publish(topic, "ON", qos=1, retain=True)
        async with watching(mosquitto) as watcher, serving(tmp_path, site, mosquitto.port):
            await watcher.until_at(stale, "")
            assert (watcher.at[other], watcher.at[f"{BASE}/status"]) == ("ON", "online")

    asyncio.run(run())


def test_an_end_is_said_by_the_service_and_a_crash_by_the_broker(
    mosquitto: Broker, tmp_path: Path, site: Site
) -> None:
    async def run() -> None:
        async with watching(mosquitto) as watcher, Wire(mosquitto) as wire:
            async with serving(tmp_path, site, wire.port):
                await watcher.until_at(f"{BASE}/status", "online")
                wire.cut()
                await watcher.until_at(f"{BASE}/status", "offline")
                await watcher.until_at(f"{BASE}/status", "online")
            await watcher.until_at(f"{BASE}/status", "offline")

    asyncio.run(run())


def test_home_assistant_is_told_of_every_entity_and_no_longer_of_those_that_are_no_more(
    mosquitto: Broker, tmp_path: Path, site: Site
) -> None:
    wanted = discovery_topics(settings_of(mosquitto.port), site)
    stale = "homeassistant/binary_sensor/kuraban_tsurumi/zone_old/config"
    foreign = "homeassistant/binary_sensor/kuraban_naka/zone_old/config"

    async def run() -> None:
        async with watching(mosquitto) as watcher:
            async with aiomqtt.Client("127.0.0.1", mosquitto.port, username="kuraban", password=PASSWORD) as client:
                for topic in (stale, foreign):
                    await client.publish(topic, "{}", retain=True)
            async with serving(tmp_path, site, mosquitto.port):
                await watcher.until(lambda at: wanted.items() <= at.items())
                await watcher.until_at(stale, "")
            assert watcher.at[foreign] == "{}"

    asyncio.run(run())


def test_a_video_management_system_hears_of_an_incident_as_an_event_of_onvif(
    mosquitto: Broker, tmp_path: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    person = incidents[2]
    topic = f"{BASE}/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&counter/kuraban/person_after_hours.lobby"
    source = {"VideoSource": "counter", "AnalyticsConfiguration": "kuraban", "Rule": "person_after_hours.lobby"}

    def inside(at: str, *, is_on: bool) -> str:
        data = {"IsInside": is_on, "Incident": person.id}
        return json.dumps({"UtcTime": at, "Source": source, "Data": data})

    async def run() -> list[str]:
        async with watching(mosquitto) as watcher, serving(tmp_path, site, mosquitto.port) as office:
            await watcher.until_at(f"{BASE}/status", "online")
            await asyncio.to_thread(office.ledger.record_all, beginning_entries(replace(person, ended_at_ms=None)))
            await watcher.until(lambda at: topic in at)
            await asyncio.to_thread(office.ledger.record_all, end_entries(replace(person, ended_at_ms=NOW_MS)))
            await watcher.until_at(topic, "")
            return watcher.heard[topic]

    assert asyncio.run(run()) == [
        inside("2018-02-21T08:10:21.000Z", is_on=True),
        inside("2018-02-21T08:15:00.000Z", is_on=False),
        "",
    ]


def test_an_incident_that_ended_while_nobody_mirrored_it_is_not_left_on_the_broker(
    mosquitto: Broker, tmp_path: Path, site: Site
) -> None:
    stale = f"{BASE}/onvif-ej/tns:kuraban/Custody/VaultOpen/&vault/kuraban/vault_open.vault-door"

    async def run() -> None:
        async with aiomqtt.Client("127.0.0.1", mosquitto.port, username="kuraban", password=PASSWORD) as client:
            await client.publish(stale, "{}", qos=1, retain=True)
        async with watching(mosquitto) as watcher, serving(tmp_path, site, mosquitto.port):
            await watcher.until_at(stale, "")

    asyncio.run(run())


# What the topics say, without a broker


@pytest.mark.parametrize(
    ("changes", "topic"),
    [
        ({"rule": "staff_only_intrusion", "zone": "office"}, "RuleEngine/FieldDetector/ObjectsInside"),
        ({"rule": "terminal_removed", "item": "T-01"}, "tns:kuraban/Custody/TerminalRemoved"),
        ({"rule": "camera_blind", "why": {"health": "dark"}}, "VideoSource/ImageTooDark/ImagingService"),
        ({"rule": "camera_blind", "why": {"health": "blurred"}}, "VideoSource/ImageTooBlurry/ImagingService"),
        ({"rule": "camera_blind", "why": {"health": "moved"}}, "VideoSource/GlobalSceneChange/ImagingService"),
        ({"rule": "camera_blind", "why": {"health": "covered"}}, "tns:kuraban/Custody/CameraBlind"),
    ],
)
def test_an_incident_has_the_topic_of_onvif_that_means_the_same_or_one_of_ours(
    changes: dict[str, Any], topic: str
) -> None:
    incident = incident_at(0, **({"item": None} | changes))
    assert topic_of(BASE, incident).startswith(f"{BASE}/onvif-ej/{topic}/&")


def test_a_rule_at_a_place_has_one_topic_however_often_it_is_raised() -> None:
    first, again = incident_at(0, "a", item="T-01"), incident_at(60, "b", item="T-01")
    assert topic_of(BASE, first) == topic_of(BASE, again)
    assert topic_of(BASE, first) != topic_of(BASE, incident_at(0, "a", item="T-02"))


def situation(state: SlotState) -> Situation:
    seen = {"T-01": SlotReading(state), "vault-door": SlotReading(state)}
    return Situation(NOW_MS, False, {"counter": Observation("counter", NOW_MS, Health.CLEAR, (640, 360), slots=seen)})


@pytest.mark.parametrize(
    ("state", "terminal", "door"),
    [
        (SlotState.PRESENT, "present", "closed"),
        (SlotState.ABSENT, "absent", "open"),
        (SlotState.OCCLUDED, "occluded", "occluded"),
        (SlotState.UNKNOWN, "unknown", "unknown"),
    ],
)
def test_an_item_is_where_cameras_see_it_and_a_door_is_open_or_closed(
    site: Site, state: SlotState, terminal: str, door: str
) -> None:
    topics = state_topics(BASE, site, (), situation(state), {})
    assert (topics[f"{BASE}/item/T-01"], topics[f"{BASE}/item/vault-door"]) == (terminal, door)
    assert topics[f"{BASE}/item/B-0221"] == "unknown"


def test_a_camera_is_on_while_it_is_online(site: Site) -> None:
    cameras = {name: CameraState(name, online=name == "vault") for name in ("counter", "vault")}
    topics = state_topics(BASE, site, (), situation(SlotState.PRESENT), cameras)
    assert (topics[f"{BASE}/camera/counter"], topics[f"{BASE}/camera/vault"]) == ("OFF", "ON")


def test_every_entity_names_a_topic_that_is_told_and_an_id_of_its_own(site: Site) -> None:
    cameras = {camera.id: CameraState(camera.id) for camera in site.cameras}
    told = state_topics(BASE, site, (), situation(SlotState.PRESENT), cameras)
    configs: list[dict[str, Any]] = [json.loads(text) for text in discovery_topics(settings_of(1883), site).values()]
    assert {config["state_topic"] for config in configs} == {
        topic for topic in told if not topic.endswith("/incidents")
    }
    assert len({config["unique_id"] for config in configs}) == len(configs)
    assert all(told[config["state_topic"]] in config.get("options", ["ON", "OFF"]) for config in configs)


def test_entities_are_called_what_the_office_calls_them(site: Site) -> None:
    configs = [json.loads(text) for text in discovery_topics(settings_of(1883), site).values()]
    assert {"保管物の所在不明", "交付用端末 1", "カメラ counter"} <= {config["name"] for config in configs}


def test_without_discovery_home_assistant_is_told_nothing(site: Site) -> None:
    assert discovery_topics(settings_of(1883, None), site) == {}
