"""Who Kuraban is to a server or a camera: a user, and a password out of the environment."""

from __future__ import annotations

from collections.abc import Mapping

from api.alerts.settings import Login
from api.sitefile.node import Node
from api.sitefile.variables import read_secret


def read_login(node: Node, fields: Mapping[str, Node], environ: Mapping[str, str]) -> Login | None:
    """Read `user` and `password` of a mapping: both, or neither."""
    if ("user" in fields) is not ("password" in fields):
        node.wrong("user and password, or neither", "write both, or take the one out", "one of them")
    user = fields["user"].text("a user name") if "user" in fields else None
    password = read_secret(fields["password"], environ) if "password" in fields else None
    return None if user is None or password is None else Login(user, password)
