"""Where a camera is opened: an address with `${NAME}` filled in, a device, or a file beside the site file.

A password goes from the environment into a Secret here and nowhere else; no message quotes a source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from api.secret import Secret, without_literals
from api.site import is_address
from api.sitefile.node import Node
from api.sitefile.variables import VARIABLE, are_set
from streams.addresses import is_forbidden, literal
from streams.replay import PREFIX, Replay

SCHEMES = ("rtsp", "rtsps", "http", "https")

_SOURCE = "an address (rtsp://, http://), a device (usb:0), a file or a file that plays as a camera (replay:)"
_SCHEME = re.compile(r"[a-z]{2,}:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What sources are read against: the folder of the site file and the environment."""

    folder: Path
    environ: Mapping[str, str]


def read_source(node: Node, around: Surroundings) -> Secret | None:
    """Read one source; note what is wrong, without quoting it, and return None."""
    written = node.text(_SOURCE)
    if written is None:
        return None
    if not are_set(node, written, around.environ):
        return None
    value = VARIABLE.sub(lambda match: _fitting(written, match, around.environ), written)
    if not is_address(value):
        return _file(node, written, value, around.folder)
    if value.startswith(PREFIX):
        return _replay(node, written, value, around.folder)
    fault = _device_fault(value) if value.startswith("usb:") else _address_fault(value)
    if fault is not None:
        node.wrong(_SOURCE, "write it as rtsp://user:${NAME}@host:554/path, or usb:0", fault)
        return None
    if without_literals(written) != written:
        node.warn("a password stands in the file itself; write ${NAME} and set NAME in the environment")
    return Secret(value, shown=VARIABLE.sub("***", written))


def _fitting(written: str, match: re.Match[str], environ: Mapping[str, str]) -> str:
    """Return a variable's value; in a user or password, what would end that part is percent-encoded."""
    value = environ[match[1]]
    rest = VARIABLE.sub("", written[match.end() :])
    inside_userinfo = "://" in written[: match.start()] and "@" in rest.split("/")[0]
    return quote(value, safe="!$&'()*+,;=:%~") if inside_userinfo else value


def _file(node: Node, written: str, value: str, folder: Path) -> Secret | None:
    fault = None
    if not value.isprintable():
        fault = "a file name with characters that cannot be printed"
    elif _SCHEME.match(written) or ("@" in written and (":" in written or VARIABLE.search(written))):
        # The name of a file may be told later on, and this one may hold a password.
        fault = "what looks like an address and has no ://"
    if fault is not None:
        node.wrong(_SOURCE, "write rtsp://user:${NAME}@host/path, or the name of a file", fault)
        return None
    return Secret(str(folder / value), shown=str(folder / VARIABLE.sub("***", written)))


def _replay(node: Node, written: str, value: str, folder: Path) -> Secret | None:
    try:
        replay = Replay.parse(value)
    except ValueError as error:
        node.wrong(_SOURCE, "write replay:FILE, or replay:FILE?offset=12.5&once=true", str(error))
        return None
    file = _file(node, written.removeprefix(PREFIX), str(replay.path), folder)
    if file is None:
        return None
    return Secret(str(replace(replay, path=Path(file.reveal()))), shown=f"{PREFIX}{file}")


def _device_fault(value: str) -> str | None:
    return None if re.fullmatch(r"usb:\d{1,3}", value) else "usb: without a number"


def _address_fault(value: str) -> str | None:
    """Return what is wrong with an address, in words that do not quote it."""
    if any(letter.isspace() or not letter.isprintable() for letter in value):
        return "an address with a space or a character that cannot be printed"
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "an address whose host or port cannot be read"
    if parts.scheme not in SCHEMES:
        return "an address that does not begin with " + ", ".join(f"{scheme}://" for scheme in SCHEMES)
    if not host or port == 0:
        return "an address without a host"
    written_out = literal(host)
    if written_out is not None and is_forbidden(written_out):
        return "an address that is link-local, of a cloud's metadata, multicast or nobody's"
    return None
