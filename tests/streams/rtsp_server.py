"""A camera for the tests: GStreamer's RTSP server with a moving test picture, on 127.0.0.1.

It runs under the system's interpreter, which has GStreamer's bindings, as a process of its own, so that a
test can kill it as a power cut would. It prints its port when it is ready, and takes one command a line on
stdin: `stall` stops the pictures without closing anything, `size W H` changes the resolution in mid-stream. With
`--digests FILE` it writes down the SHA-256 of every unit with a part of a picture that it sends.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import threading
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402  # the versions must be chosen first

ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=400"
    " ! video/x-h264,profile=baseline ! rtph264pay name=pay0 pt=96 config-interval=-1",
    "h264-b": "x264enc b-adapt=false bframes=2 key-int-max=15 bitrate=400 rc-lookahead=0 sync-lookahead=0"
    " ! video/x-h264,profile=main ! rtph264pay name=pay0 pt=96 config-interval=-1",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=400 ! h265parse"
    " ! rtph265pay name=pay0 pt=96 config-interval=-1",
}


def launch_line(codec: str, width: int, height: int) -> str:
    """Return the pipeline: a live picture of 15 frames a second, a gate that can stall, an encoder."""
    return (
        "( videotestsrc is-live=true pattern=ball ! videoscale ! "
        f"capsfilter name=size caps=video/x-raw,format=I420,width={width},height={height},framerate=15/1 ! "
        f"valve name=valve ! {ENCODERS[codec]} )"
    )


def with_password(server: Any, factory: Any, user: str, password: str) -> None:
    """Ask for digest authentication, as cameras do."""
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)


def note_digests(media: Any, path: str) -> None:
    """Write down the digest of each slice on its way to the network, a line each."""
    pad = media.get_element().get_by_name("pay0").get_static_pad("sink")
    file = Path(path).open("a", encoding="ascii", buffering=1)  # noqa: SIM115  # until killed

    def note(_pad: Any, info: Any) -> Any:
        caps = pad.get_current_caps().get_structure(0)
        is_h264 = caps.get_name() == "video/x-h264"
        by_length = caps.get_string("stream-format") != "byte-stream"
        data = info.get_buffer().extract_dup(0, info.get_buffer().get_size())
        for unit in by_lengths(data) if by_length else by_start_codes(data):
            kind = unit[0] & 0x1F if is_h264 else (unit[0] >> 1) & 0x3F
            if kind in (range(1, 6) if is_h264 else range(32)):
                file.write(hashlib.sha256(unit).hexdigest() + "\n")
        return Gst.PadProbeReturn.OK

    pad.add_probe(Gst.PadProbeType.BUFFER, note)


def by_lengths(data: bytes) -> list[bytes]:
    """Return the units of a buffer, each preceded by its length in four bytes."""
    found = []
    while data:
        length = int.from_bytes(data[:4], "big")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    return found


def by_start_codes(data: bytes) -> list[bytes]:
    """Return the units of a byte stream."""
    return [unit.rstrip(b"\x00") for unit in data.split(b"\x00\x00\x01")[1:]]


def obey(media: dict[str, Any]) -> None:
    """Carry out the commands that come on stdin."""
    for line in sys.stdin:
        words = line.split()
        element = media["element"]
        if words[0] == "stall":
            element.get_by_name("valve").set_property("drop", True)
        elif words[0] == "size":
            caps = f"video/x-raw,format=I420,width={words[1]},height={words[2]},framerate=15/1"
            element.get_by_name("size").set_property("caps", Gst.Caps.from_string(caps))


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="0")
    parser.add_argument("--codec", default="h264", choices=sorted(ENCODERS))
    parser.add_argument("--width", type=int, default=320)
    parser.add_argument("--height", type=int, default=180)
    parser.add_argument("--digests")
    parser.add_argument("--user")
    parser.add_argument("--password")
    arguments = parser.parse_args()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(arguments.port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch_line(arguments.codec, arguments.width, arguments.height))
    factory.set_shared(True)
    media: dict[str, Any] = {}
    factory.connect("media-configure", lambda _factory, made: media.update(element=made.get_element()))
    if arguments.digests:
        factory.connect("media-configure", lambda _factory, made: note_digests(made, arguments.digests))
    if arguments.user:
        with_password(server, factory, arguments.user, arguments.password)
    server.get_mount_points().add_factory("/main", factory)
    if not server.attach(None):
        raise SystemExit("the port is taken")
    threading.Thread(target=obey, args=(media,), daemon=True).start()
    print(server.get_bound_port(), flush=True)  # noqa: T201  # how the test learns the port
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
