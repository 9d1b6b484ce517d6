"""Incidents as ONVIF has events on MQTT (Core Specification, "Event Broker"), for video management systems. Pure.

    TOPIC/SITE/onvif-ej/ONVIF TOPIC/&SOURCE    JSON: UtcTime, Source, Data; retained while the incident lasts

At its end the same is told once more with false, and then, as the specification has it, emptied.

ONVIF's own topics where it has one that means the same, and topics of our own namespace for the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custody.entries import utc_text
from vision.incidents import Incident
from vision.types import Health

EVENTS: Final = "onvif-ej"
"""What ONVIF calls events with JSON."""

_OBJECTS_INSIDE: Final = "RuleEngine/FieldDetector/ObjectsInside"
_STANDARD: Final = MappingProxyType({"staff_only_intrusion": _OBJECTS_INSIDE, "person_after_hours": _OBJECTS_INSIDE})
_VIEWS: Final = MappingProxyType(
    {
        Health.DARK: "VideoSource/ImageTooDark/ImagingService",
        Health.BLURRED: "VideoSource/ImageTooBlurry/ImagingService",
        Health.MOVED: "VideoSource/GlobalSceneChange/ImagingService",
    }
)
_OURS: Final = "tns:kuraban/Custody"


def topic_of(base: str, incident: Incident) -> str:
    """Return where an incident is told: one topic for a rule at a place. base: TOPIC/SITE."""
    return f"{base}/{EVENTS}/{_local_topic(incident)}/&{'/'.join(_source(incident).values())}"


def payload_of(incident: Incident, at_ms: int, *, is_on: bool) -> str:
    """Return what is told there. at_ms: since when it is so, UTC milliseconds; is_on: whether the incident lasts."""
    state = "IsInside" if _local_topic(incident) == _OBJECTS_INSIDE else "State"
    told = {"UtcTime": utc_text(at_ms), "Source": _source(incident), "Data": {state: is_on, "Incident": incident.id}}
    return json.dumps(told, ensure_ascii=False)


def _local_topic(incident: Incident) -> str:
    if incident.rule == "camera_blind" and (view := _VIEWS.get(incident.why.get("health", ""))):
        return view
    own = "".join(word.capitalize() for word in incident.rule.split("_"))
    return _STANDARD.get(incident.rule, f"{_OURS}/{own}")


def _source(incident: Incident) -> Mapping[str, str]:
    """Return what tells one property of a topic from another, in the order in which ONVIF wants it in the topic."""
    place = incident.item or incident.zone or incident.camera or incident.site
    if _local_topic(incident).startswith("VideoSource/"):
        return {"Source": place}
    rule = f"{incident.rule}.{place}"
    return {"VideoSource": incident.camera or "ledger", "AnalyticsConfiguration": "kuraban", "Rule": rule}
