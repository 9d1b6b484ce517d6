"""One place in a YAML document: its value, its line, its key, and readers that note what is wrong.

Values are read from the text as it stands, never from YAML 1.1's guesses: `no` stays a name, 17:00 is not
1020 and a date may be a key. A reader that finds something wrong notes it and returns None (or nothing),
so that one pass finds every problem of a file. What the sections mean is for the other modules to know.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import yaml

from api.sitefile.problems import Problems, quoted, suggestion

_YAML = "tag:yaml.org,2002:"
_NUMBER = re.compile(r"[-+]?(?:\d{1,15}(?:\.\d{0,18})?|\.\d{1,18})(?:[eE][-+]?\d{1,2})?")
_WHOLE = re.compile(r"[-+]?\d{1,9}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})

Pairs = list[tuple[yaml.ScalarNode, Any]]


class Node:
    """One value of the file. `key` is the way to it from the top, `line` counts from 1."""

    __slots__ = ("_problems", "_yaml", "key", "line")

    def __init__(self, yaml_node: yaml.Node, key: str, line: int, problems: Problems) -> None:
        self._yaml = yaml_node
        self._problems = problems
        self.key = key
        self.line = line

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written here."""
        return isinstance(self._yaml, yaml.ScalarNode) and self._yaml.tag == f"{_YAML}null"

    @property
    def is_mapping(self) -> bool:
        """Whether keys and values stand here."""
        return isinstance(self._yaml, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether a list stands here."""
        return isinstance(self._yaml, yaml.SequenceNode)

    def wrong(self, expected: str, remedy: str, found: str | None = None) -> None:
        """Note a problem at this place; `found` is what stands here unless told otherwise."""
        self._problems.add(self.line, self.key, found or self._describe(), expected, remedy)

    def warn(self, sentence: str) -> None:
        """Note what is allowed here and doubtful."""
        self._problems.warnings.append(f"line {self.line}, {self.key}: {sentence}")

    def fields(self, known: Collection[str], required: Collection[str] = ()) -> dict[str, Node]:
        """Return the values of a mapping with fixed keys; an empty value counts as not written."""
        read = self.entries("a mapping with the keys " + ", ".join(known))
        for name in read:
            if name not in known:
                self._unknown_key(read[name], name, known)
        fields = {name: node for name, node in read.items() if name in known and not node.is_empty}
        for name in required:
            if name not in fields and self.is_mapping:
                self.wrong(f"the key {name}", f"add {name}: ...", f"no {name}")
        return fields

    def entries(self, expected: str = "a mapping") -> dict[str, Node]:
        """Return the values of a mapping whose keys the site chooses, in the order of the file."""
        if not isinstance(self._yaml, yaml.MappingNode):
            self.wrong(expected, "write it as key: value, indented, or {key: value}")
            return {}
        self._note_duplicates(self._yaml)
        return {
            key.value: self._child(value, key.value, key.start_mark.line + 1)
            for key, value in self._pairs(self._yaml, frozenset())
        }

    def identified(self, what: str) -> dict[str, Node]:
        """Return the values of a mapping from ids, leaving out (and noting) ids that cannot be used."""
        read = self.entries(f"a mapping from the id of each {what}")
        for name, node in read.items():
            if not _ID.fullmatch(name):
                node.wrong_id(name, what)
        return {name: node for name, node in read.items() if _ID.fullmatch(name)}

    def wrong_id(self, name: str, what: str) -> None:
        """Note that an id cannot be used."""
        expected = f"a {what} id of letters a-z, digits, '-', '_' and '.', at most 64"
        self.wrong(expected, f"rename it, as in {what}-1", quoted(name))

    def items(self, expected: str) -> list[Node] | None:
        """Return the members of a list."""
        if not isinstance(self._yaml, yaml.SequenceNode):
            self.wrong(expected, "write it in square brackets, as in [a, b]")
            return None
        return [
            Node(member, f"{self.key}[{place}]", member.start_mark.line + 1, self._problems)
            for place, member in enumerate(self._yaml.value)
        ]

    def text(self, expected: str = "a text") -> str | None:
        """Return a text, exactly as it is written."""
        if not isinstance(self._yaml, yaml.ScalarNode) or self.is_empty or not self._has_common_tag():
            self.wrong(expected, f"write {expected} here")
            return None
        return str(self._yaml.value)

    def identifier(self, what: str) -> str | None:
        """Return the id of something."""
        name = self.text(f"the id of a {what}")
        if name is not None and not _ID.fullmatch(name):
            self.wrong_id(name, what)
            return None
        return name

    def number(self, least: float, most: float, expected: str) -> float | None:
        """Return a number within `least` and `most`, both included."""
        text = self._plain()
        if text is None or not _NUMBER.fullmatch(text) or not least <= float(text) <= most:
            self.wrong(expected, f"write a number from {least:g} to {most:g}, without quotes or unit")
            return None
        return float(text)

    def whole(self, least: int, most: int, expected: str) -> int | None:
        """Return a whole number within `least` and `most`, both included."""
        text = self._plain()
        if text is None or not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            self.wrong(expected, f"write a whole number from {least} to {most}, without quotes or unit")
            return None
        return int(text)

    def choice(self, choices: Collection[str]) -> str | None:
        """Return one of some words."""
        text = self._plain()
        if text is None or text not in choices:
            self.wrong("one of " + ", ".join(choices), suggestion(text or "", choices))
            return None
        return text

    def flag(self) -> bool | None:
        """Return yes or no, or None (and note nothing) where neither stands here."""
        if not isinstance(self._yaml, yaml.ScalarNode) or self._yaml.style is not None:
            return None
        text = self._yaml.value.lower()
        return True if text in _TRUE else False if text in _FALSE else None

    def _plain(self) -> str | None:
        # A quoted word is still that word, a quoted number is not a number: "5" may be the name of a thing.
        node = self._yaml
        if not isinstance(node, yaml.ScalarNode) or not self._has_common_tag():
            return None
        quoted_number = node.style is not None and _NUMBER.fullmatch(node.value)
        return None if quoted_number else str(node.value)

    def _has_common_tag(self) -> bool:
        return str(self._yaml.tag).startswith(_YAML)

    def _child(self, value: yaml.Node, name: str, line: int) -> Node:
        shown = name if _ID.fullmatch(name) else quoted(name)
        key = f"{self.key}.{shown}" if self.key else shown
        # A value is quoted with the line of its key: that is what the eye looks for.
        return Node(value, key, line, self._problems)

    def _unknown_key(self, node: Node, name: str, known: Collection[str]) -> None:
        expected = "one of the keys " + ", ".join(known)
        node.wrong(expected, suggestion(name, known), f"the unknown key {quoted(name)}")

    def _note_duplicates(self, mapping: yaml.MappingNode) -> None:
        first: dict[str, int] = {}
        for key, value in mapping.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                found = "a key that is itself a list or mapping"
                self._problems.add(line, self.key, found, "a word", "write key: value")
            elif key.value in first:
                found = f"{quoted(key.value)} twice, in lines {first[key.value]} and {line}"
                node = self._child(value, key.value, line)
                node.wrong("every key once", "rename one or join the two", found)
            else:
                first[key.value] = line

    def _pairs(self, mapping: yaml.MappingNode, above: frozenset[int]) -> Pairs:
        """Return the pairs of a mapping, its own before those that it merges (`<<: *anchor`)."""
        own = [(key, value) for key, value in mapping.value if isinstance(key, yaml.ScalarNode)]
        pairs: Pairs = [(key, value) for key, value in own if key.tag != f"{_YAML}merge"]
        for key, value in own:
            if key.tag == f"{_YAML}merge":
                pairs += self._merged(value, above | {id(mapping)})
        written: dict[str, tuple[yaml.ScalarNode, Any]] = {}
        for key, value in pairs:
            written.setdefault(key.value, (key, value))
        return list(written.values())

    def _merged(self, value: yaml.Node, above: frozenset[int]) -> Iterator[tuple[yaml.ScalarNode, Any]]:
        members = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for member in members:
            if not isinstance(member, yaml.MappingNode) or id(member) in above or len(above) > 8:
                self.wrong("<<: with an anchored mapping", "write <<: *anchor", "a merge of something else")
                return
            yield from self._pairs(member, above)

    def _describe(self) -> str:
        node = self._yaml
        if isinstance(node, yaml.MappingNode):
            return "a mapping"
        if isinstance(node, yaml.SequenceNode):
            return f"a list of {len(node.value)}"
        if self.is_empty:
            return "nothing"
        tag = "" if self._has_common_tag() else " with a tag of its own"
        in_quotes = "the quoted text " if isinstance(node, yaml.ScalarNode) and node.style else ""
        return f"{in_quotes}{quoted(str(node.value))}{tag}"
