"""The section `cameras`: sources, zones and slots of each camera, one camera at a time.

What must agree between cameras, and between cameras and items, is checked in `agreement`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.secret import Secret
from api.site import Onvif
from api.sitefile.logins import read_login
from api.sitefile.node import Node
from api.sitefile.polygons import read_polygon
from api.sitefile.sources import Surroundings, read_source
from api.sitefile.variables import VARIABLE
from api.sitefile.web_addresses import web_address_fault
from vision.zones import Anchor, Slot, Zone, ZoneKind

MOST_FPS = 60.0

_CAMERA = ("source", "detect", "detect_fps", "zones", "slots", "name", "onvif")
_ZONE = ("kind", "polygon", "anchor", "serves", "name")
_SLOT = ("polygon", "counter")


@dataclass(frozen=True, slots=True)
class DraftZone:
    """A zone with its place in the file; `zone` is None where its kind could not be read."""

    id: str
    node: Node
    zone: Zone | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DraftSlot:
    """A slot with its place in the file, before it is known which counter it lies on."""

    slot: Slot
    node: Node


@dataclass(frozen=True, slots=True)
class DraftCamera:
    """A camera as the file has it, before it is compared with the others."""

    id: str
    name: str
    source: Secret
    detect: Secret | None
    detect_fps: float
    zones: tuple[DraftZone, ...]
    slots: tuple[DraftSlot, ...]
    onvif: Onvif | None = None


def read_cameras(node: Node, around: Surroundings) -> tuple[DraftCamera, ...]:
    """Read all cameras, in the order of the file."""
    read = node.identified("camera")
    if node.is_mapping and not read:
        node.wrong("at least one camera", "add counter: {source: ...}", "no camera")
    return tuple(_camera(name, camera, around) for name, camera in read.items())


def _camera(name: str, node: Node, around: Surroundings) -> DraftCamera:
    fields = node.fields(_CAMERA, required=("source",))
    called = _name(fields)
    source = read_source(fields["source"], around) if "source" in fields else None
    detect = read_source(fields["detect"], around) if "detect" in fields else None
    fps_node = fields.get("detect_fps")
    fps = fps_node.number(0.1, MOST_FPS, "frames a second to analyse") if fps_node else None
    zones = fields["zones"].identified("zone") if "zones" in fields else {}
    slots = fields["slots"].identified("slot") if "slots" in fields else {}
    return DraftCamera(
        id=name,
        name=called or name,
        source=source or Secret(""),
        detect=detect,
        detect_fps=fps or 5.0,
        zones=tuple(_draft_zone(zone_id, zone) for zone_id, zone in zones.items()),
        slots=tuple(DraftSlot(_slot(slot_id, slot), slot) for slot_id, slot in slots.items()),
        onvif=_onvif(fields["onvif"], around) if "onvif" in fields else None,
    )


def _onvif(node: Node, around: Surroundings) -> Onvif | None:
    fields = node.fields(("address", "user", "password"), required=("address",))
    login = read_login(node, fields, around.environ)
    expected = "the address of its device service, http:// or https://"
    written = fields["address"].text(expected) if "address" in fields else None
    if written is None:
        return None
    fault = "a variable" if VARIABLE.search(written) else web_address_fault(written)
    if fault is not None:
        remedy = "write it as `kuraban cameras discover` shows it, http://host/onvif/device_service"
        fields["address"].wrong(expected, remedy, fault)
        return None
    return Onvif(written, login)


def _name(fields: Mapping[str, Node]) -> str | None:
    return fields["name"].text("a name") if "name" in fields else None


def _draft_zone(name: str, node: Node) -> DraftZone:
    fields = node.fields(_ZONE, required=("kind", "polygon"))
    return DraftZone(name, node, _zone(name, node, fields), _name(fields))


def _zone(name: str, node: Node, fields: Mapping[str, Node]) -> Zone | None:
    kind = fields["kind"].choice([kind.value for kind in ZoneKind]) if "kind" in fields else None
    polygon = read_polygon(fields["polygon"]) if "polygon" in fields else ()
    anchor = fields["anchor"].choice([anchor.value for anchor in Anchor]) if "anchor" in fields else None
    serves = fields["serves"].identifier("counter zone") if "serves" in fields else None
    if kind == ZoneKind.STAFF_SIDE and "serves" not in fields:
        node.wrong("the counter that this staff side serves", "add serves: and the counter's id", "no serves")
    if kind is None:
        return None
    if serves is not None and kind != ZoneKind.STAFF_SIDE:
        found = f"serves in a zone of kind {kind}"
        fields["serves"].wrong("serves in zones of kind staff_side only", "take serves out", found)
    return Zone(name, ZoneKind(kind), polygon, Anchor(anchor or Anchor.TORSO), serves)


def _slot(name: str, node: Node) -> Slot:
    fields = node.fields(_SLOT, required=("polygon",))
    polygon = read_polygon(fields["polygon"]) if "polygon" in fields else ()
    counter = fields["counter"].identifier("counter zone") if "counter" in fields else None
    return Slot(name, polygon, counter)
