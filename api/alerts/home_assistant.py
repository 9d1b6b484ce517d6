"""What stands in an office as MQTT topics, and how Home Assistant finds them. Pure.

    TOPIC/SITE/status                  online, offline
    TOPIC/SITE/rule/RULE               ON while an incident of the rule lasts, OFF
    TOPIC/SITE/rule/RULE/incidents     JSON: the ids of those that last
    TOPIC/SITE/zone/ZONE               ON while an incident in the zone lasts, OFF
    TOPIC/SITE/item/ITEM               present, occluded, absent, unknown; a door: closed, occluded, open, unknown
    TOPIC/SITE/camera/CAMERA           ON while the camera is online, OFF

All of them are retained. Home Assistant makes an entity of each but `status`, which says whether the others hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from api.alerts.settings import Mqtt
from api.runtime.office import CameraState
from api.site import Site
from api.version import version_text
from api.words import words
from custody.raising import RULES as LEDGER_RULES
from custody.raising import SERVICE_RULES
from vision.incidents import Incident
from vision.items import Item, ItemKind
from vision.situation import Situation
from vision.types import SlotState

ONLINE: Final = "online"
OFFLINE: Final = "offline"

Topics = Mapping[str, str]
"""Topics and what is retained there."""

_DOOR: Final = {SlotState.PRESENT: "closed", SlotState.ABSENT: "open"}


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing as Home Assistant shows it. settings: what only this kind has."""

    component: str
    kind: str
    id: str
    name: str
    settings: Mapping[str, Any]


def base_of(settings: Mqtt, site: Site) -> str:
    """Return what comes before every topic of a site."""
    return f"{settings.topic}/{site.id}"


def status_topic(settings: Mqtt, site: Site) -> str:
    """Return where it is said whether the other topics hold."""
    return f"{base_of(settings, site)}/status"


def state_topics(
    base: str, site: Site, lasting: Iterable[Incident], situation: Situation, cameras: Mapping[str, CameraState]
) -> Topics:
    """Return how everything stands. lasting: the incidents that have not ended."""
    by_rule: dict[str, list[str]] = {rule: [] for rule in _rules(site)}
    zones = dict.fromkeys(_zones(site), False)
    for incident in lasting:
        if incident.rule in by_rule:
            by_rule[incident.rule].append(incident.id)
        if incident.zone in zones:
            zones[incident.zone] = True
    topics = {f"{base}/zone/{zone}": _switch(on=is_on) for zone, is_on in zones.items()}
    for rule, ids in by_rule.items():
        topics[f"{base}/rule/{rule}"] = _switch(on=bool(ids))
        topics[f"{base}/rule/{rule}/incidents"] = json.dumps({"incidents": sorted(ids)})
    for item in _watched(site):
        topics[f"{base}/item/{item.id}"] = _state_of(item, situation.slot(item.id)[0].state)
    for camera, state in cameras.items():
        topics[f"{base}/camera/{camera}"] = _switch(on=state.online)
    return topics


def discovery_topics(settings: Mqtt, site: Site) -> Topics:
    """Return the configuration of every entity; none where discovery is off."""
    if settings.discovery is None:
        return {}
    device = {
        "identifiers": [f"kuraban_{site.id}"],
        "name": site.name,
        "manufacturer": "Kuraban",
        "sw_version": version_text(),
    }
    base, topics = base_of(settings, site), {}
    for entity in _entities(base, site):
        config = {
            "name": entity.name,
            "unique_id": f"kuraban_{_plain(site.id)}_{entity.kind}_{_plain(entity.id)}",
            "state_topic": f"{base}/{entity.kind}/{entity.id}",
            "availability_topic": status_topic(settings, site),
            "device": device,
            **entity.settings,
        }
        topics[config_topic(settings.discovery, site, entity)] = json.dumps(config, ensure_ascii=False)
    return topics


def config_topic(prefix: str, site: Site, entity: Entity) -> str:
    """Return where an entity is made known to Home Assistant."""
    return f"{prefix}/{entity.component}/kuraban_{_plain(site.id)}/{entity.kind}_{_plain(entity.id)}/config"


def config_filter(prefix: str, site: Site) -> str:
    """Return the filter of everything that was made known of a site, so that what is no more can be taken back."""
    return f"{prefix}/+/kuraban_{_plain(site.id)}/+/config"


def _entities(base: str, site: Site) -> Iterator[Entity]:
    spoken = words(site.language)
    for rule in _rules(site):
        settings = {"device_class": "problem", "json_attributes_topic": f"{base}/rule/{rule}/incidents"}
        yield Entity("binary_sensor", "rule", rule, spoken.rule(rule), settings)
    for zone in _zones(site):
        yield Entity("binary_sensor", "zone", zone, site.zone_name(zone), {"device_class": "problem"})
    for item in _watched(site):
        states = [_state_of(item, state) for state in SlotState]
        yield Entity("sensor", "item", item.id, item.name, {"device_class": "enum", "options": states})
    for camera in site.cameras:
        name = f"{spoken.labels['camera']} {site.camera_name(camera.id)}"
        yield Entity("binary_sensor", "camera", camera.id, name, {"device_class": "connectivity"})


def _rules(site: Site) -> tuple[str, ...]:
    """Return what can be raised: by the rules that are on, by the ledger and by the service."""
    return (*site.rules, *LEDGER_RULES, *SERVICE_RULES)


def _zones(site: Site) -> tuple[str, ...]:
    return tuple(dict.fromkeys(zone.id for camera in site.cameras for zone in camera.zones))


def _watched(site: Site) -> tuple[Item, ...]:
    slots = dict.fromkeys(chain.from_iterable((slot.id for slot in camera.slots) for camera in site.cameras))
    return tuple(site.items[slot] for slot in slots)


def _state_of(item: Item, state: SlotState) -> str:
    return _DOOR.get(state, state.value) if item.kind is ItemKind.DOOR else state.value


def _switch(*, on: bool) -> str:
    return "ON" if on else "OFF"


def _plain(name: str) -> str:
    """Return an id as Home Assistant allows it: letters, digits, _ and -; different ids stay different."""
    return name.replace("_", "__").replace(".", "_-")
