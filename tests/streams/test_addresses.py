"""Where a camera may be opened: names are looked up once, and what leads to keys of a cloud is refused."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.addresses import is_forbidden, literal, pinned
from streams.errors import ForbiddenAddressError, SourceOfflineError, StreamError
from streams.records import SourceOptions
from streams.source import probe

METADATA = "169.254.169.254"
FORBIDDEN = [
    METADATA,
    "2852039166",
    "0xA9FEA9FE",
    "0251.0376.0251.0376",
    "169.16689662",
    "0.0.0.0",
    "0",
    "100.100.100.200",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "ff02::1",
    "fd00:ec2::254",
    f"::ffff:{METADATA}",
    "::ffff:a9fe:a9fe",
    f"::{METADATA}",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
]
ALLOWED = [
    "10.0.0.11",
    "192.168.1.20",
    "172.16.0.5",
    "127.0.0.1",
    "::1",
    "203.0.113.9",
    "fd12:3456::9",
    "2001:db8::1",
]


@pytest.mark.parametrize("host", FORBIDDEN)
def test_in_whatever_form_it_is_written_it_is_refused(host: str) -> None:
    written = literal(host)
    assert written is not None
    assert is_forbidden(written)
    url = f"rtsp://[{host}]:554/main" if ":" in host else f"rtsp://{host}:554/main"
    with pytest.raises(ForbiddenAddressError, match="own address of what is meant"):
        pinned(url)


@pytest.mark.parametrize("host", ALLOWED)
def test_cameras_of_the_office_and_of_this_machine_are_allowed(host: str) -> None:
    written = literal(host)
    assert written is not None
    assert not is_forbidden(written)


@given(st.ip_addresses(network="169.254.0.0/16"))
def test_no_form_of_a_link_local_address_gets_through(address: Any) -> None:
    forms = (str(address), str(int(address)), hex(int(address)), f"::ffff:{address}", f"64:ff9b::{address}")
    assert all(is_forbidden(found) for form in forms if (found := literal(form)) is not None)
    assert all(literal(form) is not None for form in forms)


@pytest.mark.parametrize("host", ["camera-1", "10.0.0.11.example", "", "localhost", "0x", "1.2.3.4.5"])
def test_a_name_is_no_literal(host: str) -> None:
    assert literal(host) is None


class Names:
    """A name server that somebody else has."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def getaddrinfo(self, *_: Any, **__: Any) -> list[Any]:
        self.asked += 1
        found = self.answers.pop(0)
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, 0)) for one in found]


def test_a_name_is_replaced_by_what_it_was_looked_up_as(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(["2001:db8::7", "10.0.0.11"], [METADATA])
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    assert pinned("rtsp://viewer:p%40ss@camera-1:8554/main?x=1") == "rtsp://viewer:p%40ss@10.0.0.11:8554/main?x=1"
    assert names.asked == 1


def test_an_address_of_ipv6_stays_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Names(["2001:db8::7"], ["2001:db8::7"]).getaddrinfo)
    assert pinned("rtsp://camera-1:8554/main") == "rtsp://[2001:db8::7]:8554/main"
    assert pinned("http://[2001:db8::7]/main") == "http://[2001:db8::7]/main"


@pytest.mark.parametrize("answer", [[METADATA], ["10.0.0.11", METADATA], ["10.0.0.11", "fe80::1"]])
def test_a_name_of_which_any_address_is_forbidden_is_refused_whole(
    monkeypatch: pytest.MonkeyPatch, answer: list[str]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Names(answer).getaddrinfo)
    with pytest.raises(ForbiddenAddressError) as refused:
        pinned("rtsp://viewer:hunter2@camera-1/main")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("host", ["\U001005bd", "\x85", "a" * 64])
def test_a_name_that_no_host_can_have_is_offline(host: str) -> None:
    with pytest.raises(SourceOfflineError, match="looked up"):
        pinned(f"rtsp://{host}/main")


def test_a_name_that_nobody_knows_is_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(SourceOfflineError, match="looked up"):
        pinned("rtsp://camera-1/main")


class Redirecting(http.server.BaseHTTPRequestHandler):
    """A camera over HTTP that sends whoever asks somewhere else."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/main":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def redirecting() -> Iterator[str]:
    Redirecting.asked.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirecting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/main"
        server.shutdown()
        thread.join()


def test_a_camera_leads_nowhere_else(redirecting: str) -> None:
    with pytest.raises(StreamError):
        probe(redirecting, SourceOptions(open_timeout_s=2, read_timeout_s=2))
    assert set(Redirecting.asked) == {"/main"}


def test_a_forbidden_camera_is_told_as_such_and_never_asked() -> None:
    with pytest.raises(ForbiddenAddressError):
        probe(f"rtsp://{METADATA}/main", SourceOptions(open_timeout_s=2, read_timeout_s=2))


def test_what_is_embedded_is_found_in_every_form_that_leads_to_it() -> None:
    assert not is_forbidden(ip_address("64:ff9b::a00:1"))
    assert not is_forbidden(ip_address("2002:a00:1::1"))
