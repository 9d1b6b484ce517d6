"""Many cameras on this machine: GStreamer's RTSP server plays MP4 files at their own speed, each at its number.

Runs under the system's interpreter, which has GStreamer's bindings: `python3 rtsp_cameras.py FILE…`. It prints its
port when it is ready, and serves until it is killed. Nothing is decoded or encoded here.
"""

from __future__ import annotations

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402  # the versions must be chosen first

LAUNCH = '( filesrc location="{path}" ! qtdemux ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )'


def main() -> None:
    """Serve until killed."""
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    for number, path in enumerate(sys.argv[1:]):
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(LAUNCH.format(path=path))
        factory.set_shared(True)
        server.get_mount_points().add_factory(f"/{number}", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
