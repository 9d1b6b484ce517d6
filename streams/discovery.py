"""Finding cameras in the network: a question by multicast that devices of ONVIF answer (WS-Discovery).

Whoever answers may write anything: an answer is read with care, and what is no answer is passed over.
"""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from streams.errors import SourceOfflineError

GROUP: Final = ("239.255.255.250", 3702)
LARGEST_ANSWER: Final = 65_535
_ASKED_AGAIN_S: Final = 0.5
"""Datagrams get lost, so the question is asked more than once."""

_NS: Final = {
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "d": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
}
_SCOPE: Final = "onvif://www.onvif.org/"
_PROBE: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="{a}">
<s:Header>
<a:Action s:mustUnderstand="1">{d}/Probe</a:Action>
<a:MessageID>{message}</a:MessageID>
<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>
</s:Header>
<s:Body>
<Probe xmlns="{d}"><d:Types xmlns:d="{d}" xmlns:n="http://www.onvif.org/ver10/network/wsdl">\
n:NetworkVideoTransmitter</d:Types></Probe>
</s:Body>
</s:Envelope>
"""


@dataclass(frozen=True, slots=True)
class Device:
    """A device that has answered. id: as it calls itself; address: of its device service, http:// or https://.

    name, hardware: as the maker has set them, None where it tells none.
    """

    id: str
    address: str
    name: str | None
    hardware: str | None


def discover(wait_s: float, interface: str | None = None, to: tuple[str, int] = GROUP) -> tuple[Device, ...]:
    """Ask, and return who has answered within so many seconds, by address.

    interface: our own address in the network that is asked, None for that of the system's choice. Raises
    SourceOfflineError where nothing can be sent.
    """
    try:
        return _asked(wait_s, interface, to)
    except OSError as error:
        reason = f"it cannot be asked ({error.strerror or error})"
        raise SourceOfflineError("the network", reason, "choose one of our own addresses as interface") from error


def _asked(wait_s: float, interface: str | None, to: tuple[str, int]) -> tuple[Device, ...]:
    message = f"urn:uuid:{uuid.uuid4()}"
    question = _PROBE.format(message=message, **_NS).encode()
    found: dict[str, Device] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        if interface is not None:
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
        now_s = time.monotonic()
        until_s, next_s = now_s + wait_s, now_s
        while (now_s := time.monotonic()) < until_s:
            if now_s >= next_s:
                asking.sendto(question, to)
                next_s = now_s + _ASKED_AGAIN_S
            asking.settimeout(max(0.01, min(until_s, next_s) - now_s))
            try:
                answer, (host, _) = asking.recvfrom(LARGEST_ANSWER)
            except TimeoutError:
                continue
            found |= {device.id: device for device in devices_in(answer, message, host)}
    return tuple(sorted(found.values(), key=lambda device: device.address))


def devices_in(answer: bytes, message: str, host: str) -> Iterator[Device]:
    """Give the devices that an answer to a message names, none where it is no such answer. host: who has sent it."""
    try:
        envelope = fromstring(answer)
    except (ParseError, DefusedXmlException, ValueError):
        return
    if _text(envelope, ".//a:RelatesTo") != message:
        return
    for match in envelope.iterfind(".//d:ProbeMatch", _NS):
        address = _address(_text(match, "d:XAddrs"), host)
        reference = _text(match, "a:EndpointReference/a:Address")
        if address is not None and reference:
            scopes = _text(match, "d:Scopes").split()
            yield Device(reference, address, _scope(scopes, "name/"), _scope(scopes, "hardware/"))


def _text(element: Element, path: str) -> str:
    return (element.findtext(path, "", _NS) or "").strip()


def _address(listed: str, host: str) -> str | None:
    """Return the address of a device's service: one at the host that has answered, if there is one."""
    addresses = [address for address in listed.split() if _is_http(address)]
    own = [address for address in addresses if urlsplit(address).hostname == host]
    return next(iter([*own, *addresses]), None)


def _is_http(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _scope(scopes: list[str], kind: str) -> str | None:
    """Return what a device says of itself, as one line of text."""
    told = next((scope.removeprefix(_SCOPE + kind) for scope in scopes if scope.startswith(_SCOPE + kind)), "")
    text = "".join(letter if letter.isprintable() else " " for letter in unquote(told, errors="replace"))
    return text.strip()[:100] or None
