"""Looking at an address before it becomes a camera: a real RTSP server, and whatever else may be there."""

from __future__ import annotations

import base64
import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from tests.api.web.served import ServedOffice
from tests.streams.conftest import Camera

PASSWORD = "hunter2"


def tried(office: ServedOffice, source: str, account: str = "administrator") -> Any:
    return office.as_(account).post("/cameras/try", {"source": source})


@pytest.mark.rtsp
def test_a_camera_is_shown_with_what_it_sends(office: ServedOffice, start_camera: Callable[..., Camera]) -> None:
    answer = tried(office, start_camera().url())
    assert answer.status_code == 200, answer.text
    told = answer.json()
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(told["picture"]), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert (told["codec"], told["width"], told["height"]) == ("h264", shown.shape[1], shown.shape[0])


class Page(http.server.BaseHTTPRequestHandler):
    """A web server, and no camera."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>no camera</html>" * 100)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def page() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://viewer:{PASSWORD}@127.0.0.1:{server.server_port}/main"
        server.shutdown()
        thread.join()


def test_what_is_no_camera_is_told_as_such_and_without_its_password(office: ServedOffice, page: str) -> None:
    answer = tried(office, page)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert PASSWORD not in answer.text


def test_where_nobody_listens_it_says_so(office: ServedOffice) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    answer = tried(office, f"rtsp://127.0.0.1:{port}/main")
    assert (answer.status_code, "refused" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    "source",
    [
        "rtsp://169.254.169.254/main",
        "http://2852039166/latest/meta-data/",
        "/etc/passwd",
        "file:///etc/passwd",
        "replay:/var/lib/kuraban/footage/vault.mp4",
        "concat:/etc/passwd",
        "rtsp://10.0.0.1/${COUNTER_PASSWORD}",
        "rtsp://10.0.0.1/a b",
    ],
)
def test_what_is_no_address_of_a_camera_is_not_looked_at(office: ServedOffice, source: str) -> None:
    assert tried(office, source).status_code == 422


@pytest.mark.parametrize("account", ["viewer", "custodian", "investigator", "auditor"])
def test_only_who_may_configure_has_addresses_looked_at(office: ServedOffice, account: str) -> None:
    assert tried(office, "rtsp://127.0.0.1:1/main", account).status_code == 403
