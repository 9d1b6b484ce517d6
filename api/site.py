"""The records of one site: what the site file says, checked and ready to use.

Pure data. Reading and checking the file is `api.settings` and `api.sitefile`; opening cameras is `streams`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from api.alerts.settings import AlertSettings, Login
from api.auth.settings import IdentityProvider
from api.language import Language
from api.secret import Secret
from custody.settings import CustodySettings
from streams.retention import FootageSettings
from vision.hours import OfficeHours
from vision.items import Item
from vision.rules import RuleSettings
from vision.zones import Slot, Zone


@dataclass(frozen=True, slots=True)
class Onvif:
    """Where a camera says what it notices by itself. address: of its device service, without anything secret."""

    address: str
    login: Login | None


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera: where it is opened and what is drawn into its view.

    `name` is what people call it. `detect` is the low-resolution stream for analysis, where there is one.
    `detect_fps` is in frames a second of capture time.
    """

    id: str
    source: Secret
    name: str = ""
    detect: Secret | None = None
    detect_fps: float = 5.0
    zones: tuple[Zone, ...] = ()
    slots: tuple[Slot, ...] = ()
    onvif: Onvif | None = None

    @property
    def clip(self) -> Path | None:
        """The file that is this camera's source, or None where it is an address or a device."""
        address = self.source.reveal()
        return None if is_address(address) else Path(address)


@dataclass(frozen=True, slots=True)
class Site:
    """One office. `rules` lacks the rules that are switched off. `digest` is the file's SHA-256 in hex.

    `custody` are the deadlines and tolerances of the office's protocols, `alerts` says who is told, `footage` how
    much of it is kept. `zone_names` are what people call those zones that have a name. `text` is what the file says,
    without passwords that stand in it as such. `warnings` are sentences about what is allowed and yet probably not
    meant.
    """

    id: str
    name: str
    timezone: ZoneInfo
    language: Language
    hours: OfficeHours
    cameras: tuple[Camera, ...]
    items: Mapping[str, Item]
    rules: Mapping[str, RuleSettings]
    digest: str
    path: Path
    custody: CustodySettings = field(default_factory=CustodySettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    footage: FootageSettings = field(default_factory=FootageSettings)
    zone_names: Mapping[str, str] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    identity_provider: IdentityProvider | None = None
    warnings: tuple[str, ...] = ()

    def camera(self, camera_id: str) -> Camera | None:
        """Return the camera of that id, or None."""
        return next((camera for camera in self.cameras if camera.id == camera_id), None)

    def camera_name(self, camera_id: str) -> str:
        """Return what people call a camera; its id where it has no name, or is not there any more."""
        camera = self.camera(camera_id)
        return (camera and camera.name) or camera_id

    def zone_name(self, zone_id: str) -> str:
        """Return what people call a zone; its id where it has no name."""
        return self.zone_names.get(zone_id, zone_id)


def is_address(source: str) -> bool:
    """Tell whether a source is a network address, a device or a recording that plays as a camera, and not a clip."""
    return "://" in source or source.startswith(("usb:", "replay:"))
