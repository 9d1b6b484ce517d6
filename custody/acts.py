"""What people put on the ledger: one frozen record an act, and who signed it when. Pure.

An act knows the fields of its entry's body. `Signed` adds what every signed entry has: the moment that it tells of,
the signatures, the request that it came by, and the entry that it corrects. Entries of the system itself (incidents,
cameras, clips) are elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol, Self

from custody.checklist import Checklist
from custody.entries import LARGEST_WHOLE, Draft, Entry, EntryError, utc_text
from custody.fields import FieldError, Fields, identifier, moment_ms, pieces, shown
from vision.items import ItemKind

TERMINALS: Final = "terminals"
"""What is counted when all terminals are counted together; no item may have this id."""


class ActError(ValueError):
    """An act cannot be recorded like this; the message says why and what to do."""


class Act(Protocol):
    """What happened, as the body of an entry tells it."""

    KIND: ClassVar[str]
    """The kind of its entry."""

    SIGNERS: ClassVar[int]
    """How many different people must sign, each in their own name."""

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body. Raises FieldError with the key."""


@dataclass(frozen=True, slots=True)
class Registration:
    """An item, as the office knows it from now on. Registering an item again replaces what was known of it.

    expected: cards only, how many there should be. vault: the door of the vault that it belongs in; doors and keys
    belong in none. slot: its place in a camera's view when it is out, where it has one; a door's shows it closed.
    """

    KIND: ClassVar[str] = "item.registered"
    SIGNERS: ClassVar[int] = 1

    item: str
    kind: ItemKind
    name: str
    expected: int | None = None
    vault: str | None = None
    slot: str | None = None

    def __post_init__(self) -> None:
        identifier("item", self.item)
        if self.item == TERMINALS:
            raise FieldError("item", f"'{TERMINALS}'", "another id: this one stands for all terminals together")
        if not self.name.isprintable() or not self.name.strip():
            raise FieldError("name", shown(self.name), "a name on one line")
        if (self.kind is ItemKind.CARDS) is (self.expected is None):
            raise FieldError("expected", shown(self.expected), "a number for cards, and for cards only")
        if self.expected is not None:
            pieces("expected", self.expected)
        if self.vault is not None and self.kind in {ItemKind.DOOR, ItemKind.KEY}:
            raise FieldError("vault", shown(self.vault), f"no vault for a {self.kind}: it is kept outside")

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""
        return {
            "item": self.item,
            "kind": self.kind.value,
            "name": self.name,
            "expected": self.expected,
            "vault": self.vault,
            "slot": self.slot,
        }

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body."""
        return cls(
            fields.identifier("item"),
            item_kind("kind", fields.text("kind")),
            fields.text("name"),
            fields.optional("expected", fields.whole),
            fields.optional("vault", fields.identifier),
            fields.optional("slot", fields.identifier),
        )


@dataclass(frozen=True, slots=True)
class Retirement:
    """An item is kept no longer: all its cards are handed out, a terminal was given back or is lost. reason: which.

    It is counted no more, and nothing of it is due; what the ledger says of it until then stays. Registering it again
    takes it up again.
    """

    KIND: ClassVar[str] = "item.retired"
    SIGNERS: ClassVar[int] = 2

    item: str
    reason: str

    def __post_init__(self) -> None:
        identifier("item", self.item)
        if not self.reason.isprintable() or not self.reason.strip():
            raise FieldError("reason", shown(self.reason), "why it is kept no longer, on one line")

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""
        return {"item": self.item, "reason": self.reason}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body."""
        return cls(fields.identifier("item"), fields.text("reason"))


@dataclass(frozen=True, slots=True)
class CheckOut:
    """An item was taken out of its vault. slot: the place that it was taken to, none where no camera looks at it."""

    KIND: ClassVar[str] = "item.checked_out"
    SIGNERS: ClassVar[int] = 2

    item: str
    slot: str | None = None

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""
        return {"item": self.item, "slot": self.slot}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body."""
        return cls(fields.identifier("item"), fields.optional("slot", fields.identifier))


@dataclass(frozen=True, slots=True)
class CheckIn:
    """An item was put back into a vault, which is known by its door."""

    KIND: ClassVar[str] = "item.checked_in"
    SIGNERS: ClassVar[int] = 2

    item: str
    vault: str

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""
        return {"item": self.item, "vault": self.vault}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body."""
        return cls(fields.identifier("item"), fields.identifier("vault"))


@dataclass(frozen=True, slots=True)
class Count:
    """What each signer counted, in the order of the signatures. item: a batch of cards, or `terminals`.

    One number only is a count that nobody joined. A disagreement stays as it is; the next count is another entry.
    """

    KIND: ClassVar[str] = "count"
    SIGNERS: ClassVar[int] = 2

    item: str
    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        for place, number in enumerate(self.numbers):
            pieces(f"numbers[{place}]", number)
        if not self.numbers:
            raise FieldError("numbers", "none", "what each signer counted")

    @property
    def agreed(self) -> int | None:
        """The number that two people found; None where they differ, or where one counted alone."""
        alike = len(self.numbers) > 1 and len(set(self.numbers)) == 1
        return self.numbers[0] if alike else None

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""
        return {"item": self.item, "numbers": list(self.numbers)}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body."""
        return cls(fields.identifier("item"), fields.members("numbers", pieces))


@dataclass(frozen=True, slots=True)
class KeyHandOver:
    """A key went from one person to another; both of them sign."""

    KIND: ClassVar[str] = "key.handed_over"
    SIGNERS: ClassVar[int] = 2

    item: str
    giver: str
    receiver: str

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""
        return {"item": self.item, "from": self.giver, "to": self.receiver}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body."""
        return cls(fields.identifier("item"), fields.text("from"), fields.text("to"))


@dataclass(frozen=True, slots=True)
class VaultOpened:
    """A vault, known by its door, was opened. To open it alone is a breach; to write down that it was, is none."""

    KIND: ClassVar[str] = "vault.opened"
    SIGNERS: ClassVar[int] = 1

    vault: str

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""
        return {"vault": self.vault}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body."""
        return cls(fields.identifier("vault"))


@dataclass(frozen=True, slots=True)
class VaultLocked:
    """A vault, known by its door, was locked."""

    KIND: ClassVar[str] = "vault.locked"
    SIGNERS: ClassVar[int] = 1

    vault: str

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""
        return {"vault": self.vault}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body."""
        return cls(fields.identifier("vault"))


_ACTS: Final[tuple[type[Act], ...]] = (
    Registration,
    Retirement,
    CheckOut,
    CheckIn,
    Count,
    KeyHandOver,
    VaultOpened,
    VaultLocked,
    Checklist,
)
ACTS: Final[Mapping[str, type[Act]]] = MappingProxyType({act.KIND: act for act in _ACTS})
"""The kinds of entries that people sign."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody signed, in their own name. at_ms: UTC milliseconds by the clock of the service, not by theirs."""

    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Correction:
    """This entry takes the place of an older one, which stays where it is."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Signed:
    """An act with its signatures, ready for the ledger or read from it.

    at_ms: UTC milliseconds of what it tells of, never after the last signature. request: the id that the asking
    program gave, the same whenever it asks again. Raises ActError where a person signs twice, or where the signers
    are not those whom the act is about.
    """

    act: Act
    at_ms: int
    signatures: tuple[Signature, ...]
    request: str
    correction: Correction | None = None

    def __post_init__(self) -> None:
        names = self.names
        if not names or not all(names) or not self.request:
            raise ActError("an act needs a signature and the id of its request; sign in and send it again")
        if len(set(names)) < len(names):
            raise ActError(f"{names[0]} cannot sign twice: the second signature must be another person's")
        if self.at_ms > self.written_at_ms:
            raise ActError(
                f"it tells of {utc_text(self.at_ms)}, and was signed at {utc_text(self.written_at_ms)}: "
                "only what has happened can be signed; check the time"
            )
        if isinstance(self.act, Count) and len(self.act.numbers) != len(names):
            raise ActError(f"{len(self.act.numbers)} numbers for {len(names)} signatures; each signer counts once")
        if isinstance(self.act, KeyHandOver) and set(names) != {self.act.giver, self.act.receiver}:
            raise ActError(f"a key is handed over by {self.act.giver} to {self.act.receiver}: these two must sign")

    @property
    def names(self) -> tuple[str, ...]:
        """The accounts of the signers, in the order in which they signed."""
        return tuple(signature.by for signature in self.signatures)

    @property
    def written_at_ms(self) -> int:
        """UTC milliseconds of the last signature: from then on the ledger says so, whatever the entry tells of."""
        return max(signature.at_ms for signature in self.signatures)

    def draft(self) -> Draft:
        """Return the entry that it becomes."""
        corrects = self.correction and {"seq": self.correction.seq, "reason": self.correction.reason}
        body = {
            **self.act.fields(),
            "signed_at": [utc_text(signature.at_ms) for signature in self.signatures],
            "request": self.request,
            "corrects": corrects,
        }
        return Draft(self.at_ms, self.act.KIND, self.names, body)


@dataclass(frozen=True, slots=True)
class Pending:
    """An act that one person has signed, and that waits for the second."""

    act: Act
    at_ms: int
    first: Signature
    request: str
    correction: Correction | None = None

    def is_as(self, other: Pending) -> bool:
        """Tell whether both are of one request, whenever it was sent."""
        mine = (self.request, self.act, self.first.by, self.correction)
        return mine == (other.request, other.act, other.first.by, other.correction)

    def confirmed(self, second: Signature) -> Signed:
        """Return the act with both signatures. Raises ActError where the same person signs again."""
        return Signed(self.act, self.at_ms, (self.first, second), self.request, self.correction)


def signed_alone(pending: Pending) -> Signed:
    """Return an act that needs one signature only. Raises ActError where it needs two."""
    if pending.act.SIGNERS > 1:
        raise ActError(f"{pending.act.KIND} needs two people: have another person sign in and confirm it")
    return Signed(pending.act, pending.at_ms, (pending.first,), pending.request, pending.correction)


def read_signed(entry: Entry) -> Signed | None:
    """Return what people signed with an entry, or None where it is of a kind that the system writes itself.

    Raises EntryError with the entry's number and the key where its body is not what its kind needs.
    """
    if entry.kind not in ACTS:
        return None
    try:
        return _read(entry)
    except (FieldError, ActError) as error:
        raise EntryError(f"entry {entry.seq} ({entry.kind}): {error}") from error


def item_kind(key: str, value: str) -> ItemKind:
    """Return a kind of item. Raises FieldError for anything else."""
    try:
        return ItemKind(value)
    except ValueError as error:
        raise FieldError(key, shown(value), f"one of {', '.join(ItemKind)}") from error


def _read(entry: Entry) -> Signed:
    fields = Fields(entry.body)
    act = ACTS[entry.kind].read(fields)
    times = fields.members("signed_at", moment_ms)
    if len(times) != len(entry.actors):
        raise FieldError("signed_at", f"{len(times)} moments", f"one for each of {len(entry.actors)} signers")
    signatures = tuple(Signature(by, at_ms) for by, at_ms in zip(entry.actors, times, strict=True))
    request = fields.text("request")
    correction = fields.optional("corrects", lambda key: _correction(fields.inner(key)))
    fields.close()
    return Signed(act, entry.at_ms, signatures, request, correction)


def _correction(fields: Fields) -> Correction:
    read = Correction(fields.whole("seq", LARGEST_WHOLE), fields.text("reason"))
    fields.close()
    return read
