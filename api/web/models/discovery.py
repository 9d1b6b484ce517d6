"""The forms of cameras that are found in the network."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.web.models.base import Answer, Asked, Line


class Discovering(Asked):
    """How long answers are waited for, seconds."""

    wait_s: Annotated[float, Field(ge=0.1, le=10, allow_inf_nan=False, examples=[3.0])] = 3.0


class DeviceAnswer(Answer):
    """A device that has answered. address: of its device service. name, hardware: as its maker has set them."""

    id: str = Field(examples=["urn:uuid:cea94000-fb96-11b3-8260-686dbc5cb15d"])
    address: str = Field(examples=["http://10.0.0.11/onvif/device_service"])
    name: str | None = Field(examples=["AXIS M3046-V"])
    hardware: str | None = Field(examples=["M3046-V"])


class AskingForStreams(Asked):
    """Whose streams are asked for. user and password: of the camera; they are kept nowhere."""

    address: Annotated[
        str,
        Field(
            pattern=r"^https?://[^\s/@]+(/\S*)?$", max_length=400, examples=["http://10.0.0.11/onvif/device_service"]
        ),
    ]
    user: Line | None = None
    password: Annotated[str, Field(max_length=200)] | None = None


class StreamAnswer(Answer):
    """A stream that a camera offers. source: for the site file, without user and password."""

    profile: str = Field(examples=["main"])
    name: str = Field(examples=["Profile 1"])
    source: str = Field(examples=["rtsp://10.0.0.11:554/onvif/main"])
    codec: str = Field(examples=["H264"])
    width: int = Field(examples=[1920])
    height: int = Field(examples=[1080])
    fps: float | None = Field(examples=[15.0])
