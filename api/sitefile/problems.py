"""What is wrong with a site file: every problem of it at once, each with its place and its remedy.

Only the form of problems lives here; the sections' modules know what is right and wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

LONGEST_QUOTE = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `line` counts from 1 and is None where the file could not be read at all.

    `key` is the way to the value (`cameras.counter.zones.window-1.polygon`), empty for the whole file.
    """

    path: Path
    line: int | None
    key: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        place = str(self.path) if self.line is None else f"{self.path}:{self.line}"
        key = f"{self.key}: " if self.key else ""
        return f"{place}: {key}found {self.found}; expected {self.expected}; {self.remedy}"


class SiteFileError(Exception):
    """A site file that cannot be used. `problems` holds all that is wrong with it, in the order of lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Collects the problems of one file while it is read, and what is only doubtful in `warnings`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[Problem, None] = {}  # an aliased value is read twice and wrong once
        self.warnings: list[str] = []

    def add(self, line: int | None, key: str, found: str, expected: str, remedy: str) -> None:
        """Note one problem."""
        self._found.setdefault(Problem(self._path, line, key, found, expected, remedy))

    def stop(self, line: int | None, found: str, expected: str, remedy: str) -> NoReturn:
        """Raise SiteFileError at once: nothing further can be read."""
        self.add(line, "", found, expected, remedy)
        raise SiteFileError(self._found)

    def stop_if_any(self) -> None:
        """Raise SiteFileError with all that was noted; do nothing where there was nothing."""
        if self._found:
            raise SiteFileError(self._found)


def quoted(text: str) -> str:
    """Return a key or value as an error may quote it: on one line, short, and never an address.

    An address may hold a password, also where it has strayed to a wrong place.
    """
    if "@" in text or "://" in text:
        return "an address (not shown)"
    printable = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    short = printable if len(printable) <= LONGEST_QUOTE else printable[: LONGEST_QUOTE - 1] + "…"
    return f'"{short}"'


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return what to write instead of a word that is not known: the nearest, or all there are."""
    choices = list(known)
    near = get_close_matches(word, choices, n=1, cutoff=0.5)
    if near:
        return f"write {near[0]}"
    return f"write one of {', '.join(choices)}" if choices else "take it out"
