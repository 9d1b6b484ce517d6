"""What commands about a ledger have in common: its keys, keys of others, and moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from api.arguments import ArgumentError
from custody.ledger import KEYS
from custody.note import NoteError, VerifierKey


def keys_of(ledger: str, given: Path | None) -> Path:
    """Return the folder of a ledger's keys. Raises ArgumentError where a ledger in a database has none named."""
    if given is not None:
        return given
    if "://" in ledger:
        raise ArgumentError("--keys: a ledger in a database has no folder of its own; name one for its keys")
    return Path(ledger) / KEYS


def trusted_of(given: Sequence[str] | None) -> list[VerifierKey]:
    """Return keys from arguments that are keys or files of them, one a line. Raises ArgumentError."""
    texts: list[str] = []
    for argument in given or ():
        path = Path(argument)
        texts += path.read_text(encoding="utf-8").split() if path.is_file() else [argument]
    try:
        return [VerifierKey.parse(text) for text in texts]
    except NoteError as error:
        raise ArgumentError(f"--trust: {error}") from error


def moment_of(option: str, given: str) -> int:
    """Return UTC milliseconds from ISO 8601 with an offset. Raises ArgumentError, which names the option."""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise ArgumentError(f"{option} {given!r} is no time; write it as 2018-02-21T17:10:00+09:00") from error
    if moment.tzinfo is None:
        raise ArgumentError(f"{option} {given!r} has no offset; write it as 2018-02-21T17:10:00+09:00")
    return round(moment.timestamp() * 1000)


def now_ms() -> int:
    """Return the present moment by this machine's clock, UTC milliseconds."""
    return round(datetime.now(UTC).timestamp() * 1000)
