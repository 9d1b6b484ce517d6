"""An address that may carry a password, safe to show.

Only masking lives here. Where addresses come from is `sitefile`'s business, what opens them is `streams`'.
"""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(://[^:/@\s]*:)(?!\d+(?:/|$))\S*@")
_PARAMETER = re.compile(r"(?i)([?&](?:pass\w*|pwd|token|secret|auth\w*|key)=)[^&#\s]+")
# What is written out where `${NAME}` could stand: after user and colon, or as the value of a parameter.
_LITERAL = re.compile(
    r"(?i)(://[^:/@\s]*:)(?!\$\{)[^@/\s]+(?=@)|([?&](?:pass\w*|pwd|token|secret|auth\w*|key)=)(?!\$\{)[^&#\s,}\"']+"
)


def without_literals(text: str) -> str:
    """Return a text with every password that stands in it as such replaced by ***; `${NAME}` stays as it is."""
    return _LITERAL.sub(lambda match: f"{match[1] or match[2]}***", text)


def masked(text: str) -> str:
    """Return an address with every password in it replaced by ***: `rtsp://viewer:***@10.0.0.11/main`."""
    return _PARAMETER.sub(r"\1***", _USERINFO.sub(r"\1***@", text))


class Secret:
    """A source's address: masked in str(), repr() and format(), whole only by `reveal()`.

    Not a dataclass: `dataclasses.asdict` would walk into one and hand the address out.
    """

    __slots__ = ("_shown", "_value")

    def __init__(self, value: str, shown: str | None = None) -> None:
        self._value = value
        self._shown = masked(value if shown is None else shown)

    def reveal(self) -> str:
        """Return the address as it must be opened. Never put it into a message."""
        return self._value

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return f"Secret({self._shown!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)
