"""`${NAME}`: what a site file takes from the environment, so that no secret stands in the file itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from api.secret import Secret
from api.sitefile.node import Node

VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def placeholders(text: str) -> Mapping[str, str]:
    """Return a value for each variable of a site file's text, so that it can be read where nothing is opened."""
    return dict.fromkeys(VARIABLE.findall(text), "1")


def are_set(node: Node, written: str, environ: Mapping[str, str]) -> bool:
    """Tell whether the environment has every variable of a text, after noting those that it lacks."""
    missing = False
    for name in VARIABLE.findall(written):
        if not _NAME.fullmatch(name):
            found = "a variable with a strange name"
            node.wrong("${NAME} with a name of letters, digits and _", "mend the name", found)
            missing = True
        elif not environ.get(name):
            found = f"${{{name}}}, and the environment has no {name}"
            node.wrong("a variable of the environment", f"set {name} in the environment before starting", found)
            missing = True
    return not missing


def read_secret(node: Node, environ: Mapping[str, str]) -> Secret | None:
    """Read a value that must be one variable and nothing else; note what is wrong, without quoting it."""
    expected = "a variable of the environment, as in ${NAME}"
    written = node.text(expected)
    if written is None:
        return None
    whole = VARIABLE.fullmatch(written)
    if whole is None:
        remedy = "write ${NAME} and set NAME in the environment before starting"
        node.wrong(expected, remedy, "a secret that stands in the file itself (not shown)")
        return None
    return Secret(environ[whole[1]], shown="***") if are_set(node, written, environ) else None
