"""From a file's bytes to its top node: encoding, YAML syntax, one document.

What the keys mean is not known here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import yaml

from api.sitefile.node import Node
from api.sitefile.problems import Problems

_SYNTAX = "YAML: key: value, indented by spaces"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is YAML: its top node, the SHA-256 of its bytes in hex, and its text."""

    top: Node
    digest: str
    text: str


def read_document(path: Path, problems: Problems, content: bytes | None = None) -> Document:
    """Parse one file, which is read where its content is not given.

    Raises SiteFileError where it is not one YAML document in UTF-8.
    """
    content = _read(path, problems) if content is None else content
    text = _decoded(content, problems)
    node = _composed(text, problems)
    return Document(Node(node, "", 1, problems), hashlib.sha256(content).hexdigest(), text)


def _read(path: Path, problems: Problems) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problems.stop(None, f"no readable file ({reason})", "a site file", "check the path")


def _decoded(content: bytes, problems: Problems) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.stop(line, "bytes that are not UTF-8", "UTF-8", "save it as UTF-8 (not Shift_JIS or UTF-16)")


def _composed(text: str, problems: Problems) -> yaml.Node:
    """Return the top node. PyYAML's own messages may quote a password: they are not passed on."""
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        problems.stop(line, _syntax_fault(error, text, line), _SYNTAX, _syntax_remedy(text, line))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problems.stop(line, "a character that cannot be printed", _SYNTAX, "take the character out")
    except (ValueError, OverflowError):  # an escape such as "\Uffffffff" in a quoted text
        problems.stop(None, "a \\U escape that is no character", _SYNTAX, "write the character itself")
    except RecursionError:
        problems.stop(None, "brackets within brackets, too deep", _SYNTAX, "close the brackets [ and {")
    if node is None:
        problems.stop(1, "an empty file", "the sections site, hours and cameras", "write site: {id: ...}")
    return node


def _line(text: str, line: int | None) -> str:
    lines = text.split("\n")
    return lines[line - 1] if line is not None and line <= len(lines) else ""


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, line: int | None) -> str:
    if "\t" in _line(text, line):
        return "a tab"
    if isinstance(error, yaml.composer.ComposerError):
        return "a second document, or an alias (*) without its anchor (&)"
    began = error.context_mark
    return "a fault of syntax" + ("" if began is None else f" in what begins in line {began.line + 1}")


def _syntax_remedy(text: str, line: int | None) -> str:
    if "\t" in _line(text, line):
        return "write spaces where the tab is"
    before, scheme, _ = _line(text, line).partition("://")
    if scheme and "{" in before:
        return "inside { } put an address into quotes"
    return "check the colon, the quotes, the brackets and the indentation here and in the line before"
