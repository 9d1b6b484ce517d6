"""Devices that answer, and some that answer nonsense, on a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.etree.ElementTree import fromstring

import pytest

from streams.discovery import Device, devices_in, discover
from streams.errors import SourceOfflineError

ANSWER: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<SOAP-ENV:Header>
<wsa:MessageID>uuid:cea94000-fb96-11b3-8260-686dbc5cb15d</wsa:MessageID>
<wsa:RelatesTo>{message}</wsa:RelatesTo>
<wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>
<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action>
</SOAP-ENV:Header>
<SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch>
<wsa:EndpointReference><wsa:Address>urn:uuid:{name}</wsa:Address></wsa:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter</d:Types>
<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/{name}%20M3046
 onvif://www.onvif.org/hardware/M3046-V onvif://www.onvif.org/location/</d:Scopes>
<d:XAddrs>{addresses}</d:XAddrs>
<d:MetadataVersion>1</d:MetadataVersion>
</d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>
"""
SERVICE: Final = "http://127.0.0.1/onvif/device_service"


def answered(message: str, name: str = "AXIS", addresses: str = SERVICE) -> bytes:
    return ANSWER.format(message=message, name=name, addresses=addresses).encode()


@contextmanager
def network(*answers: bytes | None, silent: int = 0) -> Iterator[tuple[str, int]]:
    """Be asked at an address, and give these answers to each question but the first `silent`; None: a good one."""

    def serve() -> None:
        for number in range(1_000):
            question, who = listening.recvfrom(65_535)
            if not question:
                return
            asked = fromstring(question).findtext(".//{http://schemas.xmlsoap.org/ws/2004/08/addressing}MessageID")
            for answer in answers if number >= silent else ():
                listening.sendto(answered(asked or "") if answer is None else answer, who)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
                ending.sendto(b"", listening.getsockname())
            thread.join()


def test_a_device_that_answers_is_found_with_what_it_is_called() -> None:
    with network(None) as to:
        assert discover(0.2, to=to) == (Device("urn:uuid:AXIS", SERVICE, "AXIS M3046", "M3046-V"),)


def test_a_question_that_is_lost_is_asked_again() -> None:
    with network(None, silent=1) as to:
        assert len(discover(1.0, to=to)) == 1


def test_nonsense_does_not_keep_a_device_from_being_found() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    with network(b"", b"\xff\xfe", b"<x>", bomb, answered("urn:uuid:another"), None) as to:
        assert [device.id for device in discover(0.2, to=to)] == ["urn:uuid:AXIS"]


def test_where_nobody_answers_nothing_is_found() -> None:
    with network() as to:
        assert discover(0.1, to=to) == ()


@pytest.mark.parametrize(
    ("addresses", "chosen"),
    [
        (f"http://169.254.7.7/onvif/device_service {SERVICE}", SERVICE),
        ("https://[fe80::1]/onvif http://10.0.0.11/onvif", "https://[fe80::1]/onvif"),
        (f"ftp://127.0.0.1/x soap.udp://127.0.0.1 {SERVICE}", SERVICE),
    ],
)
def test_of_several_addresses_that_of_who_has_answered_is_taken(addresses: str, chosen: str) -> None:
    (device,) = devices_in(answered("m", addresses=addresses), "m", "127.0.0.1")
    assert device.address == chosen


@pytest.mark.parametrize("addresses", ["", "file:///etc/passwd", "http://", "http://[::1", "http://h:0/"])
def test_a_device_without_a_usable_address_is_passed_over(addresses: str) -> None:
    assert list(devices_in(answered("m", addresses=addresses), "m", "127.0.0.1")) == []


def test_a_name_is_one_line_of_text_whatever_a_device_writes() -> None:
    (device,) = devices_in(answered("m", name="a%0D%0Ab%1b%5B31m%ff" + "x" * 300), "m", "127.0.0.1")
    assert device.name is not None
    assert device.name.isprintable()
    assert len(device.name) <= 100


def test_a_network_that_we_are_not_in_cannot_be_asked() -> None:
    with pytest.raises(SourceOfflineError, match="choose one of our own addresses"):
        discover(0.1, interface="10.255.255.254")
