"""The forms of how cameras fare. Forms only."""

from __future__ import annotations

from pydantic import Field

from api.web.models.base import Answer, At
from api.web.models.site import SlotAnswer, ZoneAnswer
from streams.recording import RecorderState
from vision.types import Health, SlotState


class CameraAnswer(Answer):
    """How a camera fares.

    reason: why it is not online. health: whether it can see, null before it has said anything. fps: frames that
    arrive in a second. codec: what MediaSource must be told, null until somebody watches. dropped: packets thrown
    away, late: frames judged late, both since the service began. clock_offset_ms: the camera's clock minus the
    service's. restarts: how often its process was started anew.
    """

    id: str = Field(examples=["counter"])
    online: bool
    reason: str | None = Field(examples=["nothing came within 10 s; it is tried again"])
    health: Health | None
    fps: float = Field(examples=[15.0])
    width: int = Field(examples=[1280])
    height: int = Field(examples=[720])
    codec: str | None = Field(examples=["avc1.64001f"])
    last_frame: At | None
    dropped: int
    late: int
    recorder: RecorderState
    recorder_reason: str | None = Field(examples=["the disk is full"])
    clock_offset_ms: int | None = Field(examples=[-40])
    restarts: int


class CameraDetail(CameraAnswer):
    """A camera with what is drawn into its view. detect_fps: pictures looked at in a second."""

    detect_fps: float = Field(examples=[5.0])
    zones: list[ZoneAnswer]
    slots: list[SlotAnswer]


class PersonSeen(Answer):
    """Somebody in a camera's view. box: left, top, right, bottom as fractions. hidden: nothing shows it just now."""

    track: int = Field(examples=[7])
    box: tuple[float, float, float, float] = Field(examples=[(0.1, 0.2, 0.2, 0.7)])
    hidden: bool


class Sight(Answer):
    """What one camera says at one moment.

    people: null where nobody is sought. zones: the tracks in each; one that is missing cannot be seen.
    """

    camera: str = Field(examples=["counter"])
    captured_at: At
    health: Health
    people: list[PersonSeen] | None
    zones: dict[str, list[int]] = Field(examples=[{"window-1": [], "behind-1": [7]}])
    slots: dict[str, SlotState] = Field(examples=[{"T-01": "present"}])
