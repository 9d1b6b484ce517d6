"""The section `footage`: how much of it is kept, of all cameras and of single ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from api.sitefile.node import Node
from api.sitefile.problems import suggestion
from streams.retention import FootageSettings, Keep

LONGEST_DAYS: Final = 3650
MOST_GB: Final = 1_000_000
LEAST_FREE_GB: Final = 3
"""More than the room at which a recorder that has stopped goes on."""

_KEEP: Final = ("keep_days", "keep_gb")


def read_footage(node: Node | None, cameras: Collection[str], folder: Path) -> FootageSettings:
    """Read the settings; defaults where the file says nothing.

    cameras: the ids that there are. folder: beside which a key file lies.
    """
    usual = FootageSettings()
    if node is None:
        return usual
    fields = node.fields((*_KEEP, "free_gb", "encrypt", "key_file", "cameras"))
    keep = _keep(fields, usual.usual)
    own = fields["cameras"].identified("camera") if "cameras" in fields else {}
    for name, one in own.items():
        if name not in cameras:
            one.wrong("the id of a camera", suggestion(name, cameras), f"{name}, and there is no such camera")
    free = fields["free_gb"].number(LEAST_FREE_GB, MOST_GB, "GB to keep free") if "free_gb" in fields else None
    encrypt = _encrypt(fields.get("encrypt"))
    key_file = fields["key_file"].text("the file of the key") if "key_file" in fields else None
    if key_file is not None and not encrypt:
        fields["key_file"].wrong("encrypt: true beside it", "add encrypt: true, or take key_file out")
    return FootageSettings(
        usual=keep,
        cameras=MappingProxyType({name: _keep(one.fields(_KEEP), keep) for name, one in own.items()}),
        free_gb=usual.free_gb if free is None else free,
        encrypt=encrypt,
        key_file=None if key_file is None else folder / key_file,
    )


def _encrypt(node: Node | None) -> bool:
    encrypt = False if node is None else node.flag()
    if node is not None and encrypt is None:
        node.wrong("true or false", "write true or false")
    return encrypt is True


def _keep(fields: dict[str, Node], usual: Keep) -> Keep:
    days = fields["keep_days"].number(0.04, LONGEST_DAYS, "days") if "keep_days" in fields else None
    gb = fields["keep_gb"].number(0.1, MOST_GB, "GB of footage") if "keep_gb" in fields else None
    return replace(usual, days=usual.days if days is None else days, gb=usual.gb if gb is None else gb)
