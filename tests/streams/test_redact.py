"""No password in any message."""

from __future__ import annotations

import av.error
import pytest

from streams.errors import StreamError, from_ffmpeg
from streams.redact import redact

ADDRESSES = [
    "rtsp://viewer:hunter22@10.0.0.11/main",
    "rtsp://viewer:hunter22@10.0.0.11:554/main?channel=1",
    "rtsp://viewer:hun@ter22@10.0.0.11/main",
    "rtsp://viewer:hun/ter22@10.0.0.11/main",
    "rtsp://10.0.0.11:554/user=viewer&password=hunter22&channel=1",
    "http://10.0.0.11/video.cgi?usr=viewer&pwd=hunter22",
    "https://viewer:hunter22%21@cam.example/mjpg",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_part_of_a_password_or_user_name_survives(address: str) -> None:
    for text in (
        redact(address),
        str(StreamError(address, f"could not open '{address}'", f"look at {address}")),
    ):
        assert "ter22" not in text
        assert "viewer" not in text
        assert "10.0.0.11" in text or "cam.example" in text


def test_a_password_that_stands_alone_in_a_message_is_hidden_in_every_spelling() -> None:
    address = "rtsp://viewer:p%40ss%24word@10.0.0.11/main"
    said = redact("tried p@ss$word, then p%40ss%24word", address)
    assert said == "tried ***, then ***"


def test_an_address_without_secrets_is_left_as_it_is() -> None:
    for address in ("rtsp://10.0.0.11:554/main", "/srv/footage/counter 1.mp4", "usb:0"):
        assert redact(address) == address


def test_an_error_of_the_media_library_loses_its_address_on_the_way() -> None:
    address = "rtsp://viewer:hunter22@10.0.0.11/main"
    foreign = av.error.ConnectionRefusedError(111, "Connection refused", address)
    ours = from_ffmpeg(foreign, address, live=True)
    assert "hunter22" in str(foreign)
    assert "hunter22" not in f"{ours!s} {ours!r} {vars(ours)}"
    assert ours.__cause__ is None
    assert ours.__context__ is None
