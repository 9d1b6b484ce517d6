"""The section `alerts.destinations`: where incidents are told, one kind of destination a reader."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from api.alerts.settings import Apprise, Channel, Mail, Mqtt, Tls, Webhook
from api.alerts.signing import ENCODED, key_of
from api.language import Language
from api.secret import Secret
from api.sitefile.logins import read_login
from api.sitefile.node import Node
from api.sitefile.variables import VARIABLE, are_set, read_secret
from api.sitefile.web_addresses import web_address_fault

Fields = dict[str, Node]

_LANGUAGES: Final[dict[str, Language]] = {"ja": "ja", "en": "en"}
_ADDRESS: Final = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|[0-9a-fA-F:.]+")
_TOPIC: Final = re.compile(r"[^+#/\s][^+#\s]*[^+#/\s]|[^+#/\s]")
_PORTS: Final = {Tls.TLS: 465, Tls.STARTTLS: 587, Tls.NONE: 25}


class DestinationReader:
    """Reads destinations. environ: where secrets are; language: what is spoken where a destination does not say."""

    def __init__(self, environ: Mapping[str, str], language: Language) -> None:
        self._environ = environ
        self._language = language
        self._kinds: Mapping[str, Callable[[Node], Channel | None]] = MappingProxyType(
            {"mail": self._mail, "webhook": self._webhook, "mqtt": self._mqtt, "apprise": self._apprise}
        )

    def read(self, node: Node) -> Channel | None:
        """Read one destination; None, and the reason noted, where it cannot be used."""
        fields = node.fields(tuple(self._kinds))
        if len(fields) != 1:
            if node.is_mapping:
                named = ", ".join(fields) or "none"
                node.wrong(f"one of {', '.join(self._kinds)}", "write one of them, as in mail: {host: ...}", named)
            return None
        ((kind, settings),) = fields.items()
        return self._kinds[kind](settings)

    def _mail(self, node: Node) -> Mail | None:
        known = ("host", "port", "tls", "user", "password", "from", "to", "language")
        fields = node.fields(known, required=("host", "from", "to"))
        host, login, sender = _host(fields), read_login(node, fields, self._environ), _address(fields.get("from"))
        to = (
            [_address(member) for member in fields["to"].items("a list of addresses") or []] if "to" in fields else []
        )
        tls = fields["tls"].choice(list(Tls)) if "tls" in fields else None
        chosen = Tls(tls or Tls.STARTTLS)
        port, language = _port(fields, _PORTS[chosen]), self._spoken(fields)
        addresses = tuple(address for address in to if address is not None)
        if not to and "to" in fields and fields["to"].is_list:
            fields["to"].wrong("at least one address", "write to: [duty@example.jp]")
        if login is not None and chosen is Tls.NONE:
            node.warn("the password goes to the mail server in the clear; write tls: starttls or tls: tls")
        if host is None or sender is None or not addresses:
            return None
        return Mail(host, port, chosen, login, sender, addresses, language)

    def _webhook(self, node: Node) -> Webhook | None:
        fields = node.fields(("url", "secret"), required=("url", "secret"))
        url = self._url(fields["url"]) if "url" in fields else None
        secret = read_secret(fields["secret"], self._environ) if "secret" in fields else None
        if secret is not None and not _is_key(secret):
            remedy = f"have one made anew, or take {ENCODED} away to use it as it stands"
            fields["secret"].wrong(f"base64 after {ENCODED}", remedy, "a secret that is none (not shown)")
        return None if url is None or secret is None else Webhook(url, secret)

    def _mqtt(self, node: Node) -> Mqtt | None:
        known = ("host", "port", "tls", "user", "password", "topic", "discovery")
        fields = node.fields(known, required=("host",))
        host, login = _host(fields), read_login(node, fields, self._environ)
        tls = _flag(fields.get("tls"), usual=True)
        port = _port(fields, 8883 if tls else 1883)
        topic = _topic(fields.get("topic"))
        off = "discovery" in fields and fields["discovery"].flag() is False
        discovery = None if off else _topic(fields.get("discovery"))
        if host is None:
            return None
        return Mqtt(host, port, tls, login, topic or "kuraban", None if off else discovery or "homeassistant")

    def _apprise(self, node: Node) -> Apprise | None:
        fields = node.fields(("url", "language"), required=("url",))
        url = read_secret(fields["url"], self._environ) if "url" in fields else None
        language = self._spoken(fields)
        return None if url is None else Apprise(url, language)

    def _url(self, node: Node) -> Secret | None:
        """Read the address of a webhook. Where it leads must stand in the file; what is secret in it, must not."""
        expected = "an address that begins with https:// or http://"
        written = node.text(expected)
        if written is None or not are_set(node, written, self._environ):
            return None
        fault = web_address_fault(written)
        if fault is not None:
            node.wrong(expected, "write it as https://host/path, what is secret in it as ${NAME}", fault)
            return None
        value = VARIABLE.sub(lambda match: self._environ[match[1]], written)
        return Secret(value, shown=VARIABLE.sub("***", written))

    def _spoken(self, fields: Fields) -> Language:
        chosen = fields["language"].choice(_LANGUAGES) if "language" in fields else None
        return self._language if chosen is None else _LANGUAGES[chosen]


def _is_key(secret: Secret) -> bool:
    try:
        key_of(secret.reveal())
    except binascii.Error:
        return False
    return True


def _host(fields: Fields) -> str | None:
    node = fields.get("host")
    written = None if node is None else node.text("the name or address of a server")
    if node is None or written is None:
        return None
    if not _HOST.fullmatch(written):
        node.wrong("the name or address of a server", "write host: mail.example.jp, without port", "no such name")
        return None
    return written


def _port(fields: Fields, usual: int) -> int:
    read = fields["port"].whole(1, 65_535, "a port") if "port" in fields else None
    return usual if read is None else read


def _address(node: Node | None) -> str | None:
    """Return a mail address. One that is wrong is not quoted: it may be anything."""
    written = None if node is None else node.text("a mail address")
    if node is None or written is None:
        return None
    if not _ADDRESS.fullmatch(written) or not written.isprintable():
        node.wrong("a mail address", "write it as duty@example.jp, without a name", "no address")
        return None
    return written


def _flag(node: Node | None, *, usual: bool) -> bool:
    if node is None:
        return usual
    read = node.flag()
    if read is None:
        node.wrong("true or false", f"write {str(usual).lower()}, or leave it out")
        return usual
    return read


def _topic(node: Node | None) -> str | None:
    written = None if node is None else node.text("an MQTT topic")
    if node is not None and written is not None and not (_TOPIC.fullmatch(written) and written.isprintable()):
        node.wrong("an MQTT topic without +, # and spaces", "write it as office/kuraban", "no such topic")
        return None
    return written
