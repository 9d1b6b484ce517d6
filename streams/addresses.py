"""Where a connection may go: a name is looked up once, what no camera has is refused, and what was found is used.

Whoever may write the site file could otherwise have the service ask what only this machine can reach: the metadata
service of a cloud, which gives out keys. Private networks and the machine itself are allowed: cameras are there.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from streams.errors import ForbiddenAddressError, SourceOfflineError

Address = IPv4Address | IPv6Address

_FORBIDDEN: Final = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # "this" network, which many systems take for the machine itself
            "169.254.0.0/16",  # link-local: metadata of most clouds
            "100.100.100.200/32",  # metadata of Alibaba Cloud
            "168.63.129.16/32",  # of Azure
            "192.0.0.192/32",  # of Oracle Cloud
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
            "::/128",
            "fe80::/10",
            "ff00::/8",
            "fd00:ec2::/32",  # metadata of AWS
            "fd20:ce::/32",  # of Google Cloud
        ),
    )
)
_NAT64: Final = ip_network("64:ff9b::/96")
_COMPATIBLE: Final = ip_network("::/96")
_LOOPBACK: Final = ip_address("::1")


def is_forbidden(address: Address) -> bool:
    """Tell whether nothing may be connected to there; an IPv4 address within an IPv6 one counts as itself."""
    return any(one in network for one in (address, *_embedded(address)) for network in _FORBIDDEN)


def literal(host: str) -> Address | None:
    """Return the address that a host is written as, in any form that systems take: `2852039166` is one, too."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return ip_address(socket.inet_aton(host))
    except OSError:
        return None


def pinned(url: str) -> str:
    """Return a URL with an address in place of its host, so that a second look-up cannot lead elsewhere.

    Of several addresses the first one, IPv4 before IPv6. Raises ForbiddenAddressError where any is forbidden,
    SourceOfflineError where the name cannot be looked up. It may wait for a name server.
    """
    parts = urlsplit(url)
    address = looked_up(parts.hostname or "", url)[0]
    shown = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    user, at, host = parts.netloc.rpartition("@")
    _, colon, port = host.rpartition("]")[2].partition(":")
    return parts._replace(netloc=f"{user}{at}{shown}{colon}{port}").geturl()


def looked_up(host: str, url: str) -> tuple[Address, ...]:
    """Return the addresses of a host, IPv4 before IPv6. url: what errors tell of. Raises what `pinned` raises."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # a name with letters that no name has
        raise SourceOfflineError(url, "its name cannot be looked up", "check the name and the name server") from error
    addresses = tuple(dict.fromkeys(ip_address(entry[4][0]) for entry in found))
    if any(map(is_forbidden, addresses)):
        raise ForbiddenAddressError(
            url,
            "it leads to a link-local address, a cloud's metadata, multicast or nowhere, which is not asked",
            "write the own address of what is meant",
        )
    return tuple(sorted(addresses, key=lambda address: address.version))


def _embedded(address: Address) -> Iterable[IPv4Address]:
    """Give the IPv4 addresses to which an IPv6 one may lead: mapped, compatible, NAT64, 6to4 and Teredo."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if address in _NAT64 or (address in _COMPATIBLE and address != _LOOPBACK):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
