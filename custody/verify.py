"""Whether a ledger is still what was written, and if not, where it first breaks.

Everything is computed anew: each line's form and place, its hash, every full subtree over it, the root at the size of
every checkpoint, and the signatures. A line that was changed shows against the stored hashes; a history that was
rewritten with all its hashes shows against a checkpoint that somebody holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from custody.checkpoint import Checkpoint, SignedCheckpoint, origin_of
from custody.database import FILE
from custody.entries import Entry, EntryError, entry_at
from custody.errors import LedgerError, UnfinishedWriteError
from custody.ledger import Head, LedgerReader
from custody.lines import read_lines
from custody.merkle import CompactRange, Subtree
from custody.note import Algorithm, NoteError, VerifierKey
from custody.signing import key_change
from custody.wal import unfinished_bytes

PROGRESS_EVERY: Final = 1_000

Progress = Callable[[int], None]
"""Is told now and then how many entries have been read."""


class State(StrEnum):
    """What can be said of a ledger. Only the first two are as they should be."""

    INTACT = "intact"
    UNFINISHED = "unfinished last write"
    ALTERED = "altered"
    TRUNCATED = "truncated"
    FORKED = "forked"
    BAD_SIGNATURE = "bad signature"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written. seq: the entry at which it begins, None where it is none of them."""

    state: State
    seq: int | None
    says: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a ledger was found to be.

    head: the entries that hold together, from the first one on. covered: how many of them a signed checkpoint covers;
    of those behind, only the stored hashes speak. keys: the keys that the ledger names, in order. findings: empty
    where nothing is wrong.
    """

    head: Head
    covered: int
    keys: tuple[VerifierKey, ...]
    findings: tuple[Finding, ...]

    @property
    def state(self) -> State:
        """What to call it: by what is hurt first, that with the lowest entry number."""
        states = [finding.state for finding in self.findings]
        hurt = [state for state in states if state is not State.UNFINISHED]
        return (hurt or states or [State.INTACT])[0]

    @property
    def whole(self) -> bool:
        """Whether no entry is hurt; a write that was never finished hurts none."""
        return self.state in {State.INTACT, State.UNFINISHED}


def verify_ledger(
    ledger: LedgerReader,
    known: Sequence[SignedCheckpoint] = (),
    trusted: Iterable[VerifierKey] = (),
    progress: Progress = lambda _: None,
) -> Report:
    """Read a whole ledger and say what became of it.

    known: checkpoints that somebody holds outside of it. trusted: keys that are known from elsewhere; where there are
    none, the ledger's own word is taken for whose they are. Raises OSError where the disk fails.
    """
    kept, around = _kept(ledger)
    checkpoints = [*kept, *known]
    walk = _Walk(ledger.site, {signed.checkpoint.size for signed in checkpoints}, ledger.nodes())
    walk.through(ledger.lines(), progress)
    signatures = [*_signed(walk, checkpoints, tuple(trusted)), *_unsigned_changes(walk, kept)]
    findings = [*around, *walk.findings, *signatures]
    folder = ledger.place.folder
    if folder is not None and (size := unfinished_bytes(folder / f"{FILE}-wal")):
        findings.append(_unfinished(walk, f"{size} bytes of a write that was not finished lie behind the entries"))
    return walk.report(findings, checkpoints)


def verify_lines(
    path: Path,
    known: Sequence[SignedCheckpoint] = (),
    trusted: Iterable[VerifierKey] = (),
    progress: Progress = lambda _: None,
) -> Report:
    """Like `verify_ledger`, for a file of exported lines, which has no hashes and no checkpoints of its own."""
    walk = _Walk(None, {signed.checkpoint.size for signed in known}, None)
    walk.through(read_lines(path), progress)
    return walk.report([*walk.findings, *_signed(walk, known, tuple(trusted))], known)


def _kept(ledger: LedgerReader) -> tuple[list[SignedCheckpoint], list[Finding]]:
    """Return the checkpoints that a ledger keeps, and what is wrong around its entries."""
    try:
        guards = [
            Finding(State.ALTERED, None, f"the guard {name} against changes is gone or altered")
            for name in ledger.missing_guards()
        ]
        return ledger.checkpoints(), guards
    except (NoteError, LedgerError) as error:
        return [], [Finding(State.ALTERED, None, f"what is kept beside the entries cannot be read: {error}")]


@dataclass(slots=True)
class _Walk:
    """The way through a ledger from its first line, as far as it holds together."""

    site: str | None
    sizes: set[int]
    stored: Iterator[tuple[int, bytes]] | None
    tree: CompactRange = field(default_factory=CompactRange)
    roots: dict[int, bytes] = field(default_factory=dict)
    keys: list[tuple[int, VerifierKey]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def through(self, lines: Iterator[tuple[int, bytes]], progress: Progress) -> None:
        """Go on until the lines end or one of them is not what was written."""
        self._note_root()
        try:
            for seq, line in lines:
                self._step(seq, line)
                if self.tree.size % PROGRESS_EVERY == 0:
                    progress(self.tree.size)
            self._expect_end()
        except UnfinishedWriteError as error:
            self.findings.append(_unfinished(self, str(error)))
        except _Broken as broken:
            self.findings.append(broken.finding)
        except LedgerError as error:  # the database itself cannot be read any further
            self.findings.append(Finding(State.ALTERED, self.tree.size, str(error)))

    def report(self, findings: Sequence[Finding], checkpoints: Iterable[SignedCheckpoint]) -> Report:
        """Say what was found, by the number of the entry where it begins."""
        head = Head(self.tree.size, self.tree.root())
        agreed = (signed.checkpoint.size for signed in checkpoints if self.agrees(signed.checkpoint))
        ordered = sorted(findings, key=lambda finding: head.size if finding.seq is None else finding.seq)
        return Report(head, max(agreed, default=0), tuple(key for _, key in self.keys), tuple(ordered))

    def agrees(self, checkpoint: Checkpoint) -> bool:
        """Tell whether a checkpoint's root is the one that the lines give."""
        return self.roots.get(checkpoint.size) == checkpoint.root

    def _step(self, seq: int, line: bytes) -> None:
        expected = self.tree.size
        if seq > expected:
            raise _Broken(State.ALTERED, expected, f"entry {expected} is missing, entry {seq} follows")
        entry = self._entry(line, expected)
        tree, completed = self.tree.appended(entry.leaf())
        for subtree, node in completed if self.stored is not None else ():
            self._expect_stored(subtree, node, expected)
        self.site, self.tree = entry.site, tree
        self._note_root()

    def _entry(self, line: bytes, expected: int) -> Entry:
        try:
            entry = entry_at(line, expected, self.site)
            key = key_change(entry)
        except (EntryError, NoteError) as error:
            raise _Broken(State.ALTERED, expected, f"entry {expected}: {error}") from error
        if key is not None:
            self.keys.append((expected, key))
        return entry

    def _expect_stored(self, subtree: Subtree, node: bytes, seq: int) -> None:
        assert self.stored is not None
        if next(self.stored, None) == (subtree.position, node):
            return
        first = subtree.number << subtree.level
        if subtree.level == 0:
            raise _Broken(State.ALTERED, seq, f"entry {seq} is not what was written: its hash is another one")
        raise _Broken(
            State.ALTERED,
            first,
            f"one of the entries {first} to {seq} is not what was written, or the hash over them: they disagree",
        )

    def _expect_end(self) -> None:
        """No hash may be left over: it would be of an entry that was there."""
        if self.stored is not None and next(self.stored, None) is not None:
            size = self.tree.size
            raise _Broken(State.TRUNCATED, size, f"entries from {size} on are missing; their hashes are still here")

    def _note_root(self) -> None:
        if self.tree.size in self.sizes:
            self.roots[self.tree.size] = self.tree.root()


class _Broken(Exception):  # noqa: N818 - it is how the walk ends, and no error of this program
    """The lines hold together up to here."""

    def __init__(self, state: State, seq: int, says: str) -> None:
        super().__init__(says)
        self.finding = Finding(state, seq, says)


def _unfinished(walk: _Walk, says: str) -> Finding:
    return Finding(
        State.UNFINISHED, walk.tree.size, f"{says}; no entry was acknowledged for it, and the next write replaces it"
    )


def _signed(
    walk: _Walk, checkpoints: Sequence[SignedCheckpoint], trusted: tuple[VerifierKey, ...]
) -> Iterator[Finding]:
    """Give what is wrong with checkpoints: their signatures, and what they say of the lines and of each other."""
    yield from _untrusted(walk, trusted)
    good: list[Checkpoint] = []
    for signed in checkpoints:
        bad = _bad_signature(walk, signed, trusted)
        if bad is None:
            good.append(signed.checkpoint)
        else:
            yield bad
    yield from _contradictions(good)
    yield from _disagreement(walk, sorted(good, key=lambda checkpoint: checkpoint.size))


def _contradictions(checkpoints: Sequence[Checkpoint]) -> Iterator[Finding]:
    """Give checkpoints of one size that state two roots: whatever the entries are, two histories were signed."""
    roots: dict[int, bytes] = {}
    for checkpoint in checkpoints:
        size = checkpoint.size
        if roots.setdefault(size, checkpoint.root) != checkpoint.root:
            yield Finding(State.FORKED, max(size - 1, 0), f"two checkpoints of {size} entries state different roots")


def _disagreement(walk: _Walk, checkpoints: Sequence[Checkpoint]) -> Iterator[Finding]:
    """Give the first checkpoint that the lines do not agree with; what comes behind it follows from it."""
    agreed = 0
    for checkpoint in checkpoints:
        if walk.agrees(checkpoint):
            agreed = checkpoint.size
        elif checkpoint.size in walk.roots:
            yield Finding(State.FORKED, agreed, _forked(agreed, checkpoint.size))
            return
    missing = max((checkpoint.size for checkpoint in checkpoints), default=0)
    hurt = any(finding.state is not State.UNFINISHED for finding in walk.findings)
    if missing > walk.tree.size and not hurt:  # where the lines break earlier, that has been said
        size = walk.tree.size
        says = f"entries {size} to {missing - 1} are missing: a signed checkpoint covers {missing}"
        yield Finding(State.TRUNCATED, size, says)


def _forked(agreed: int, size: int) -> str:
    return (
        f"the histories part between entry {agreed} and entry {size - 1}: the entries have another root than the "
        f"signed checkpoint of {size}"
    )


def _untrusted(walk: _Walk, trusted: tuple[VerifierKey, ...]) -> Iterator[Finding]:
    """Give it where none of the ledger's keys is one that is trusted from elsewhere."""
    own = {key for _, key in walk.keys}
    wanted = {
        key
        for key in trusted
        if walk.site is not None and (key.name, key.algorithm) == (origin_of(walk.site), Algorithm.ED25519)
    }
    if own and wanted and not own & wanted:
        yield Finding(State.BAD_SIGNATURE, walk.keys[0][0], "the ledger names other keys than the trusted one")


def _unsigned_changes(walk: _Walk, kept: Sequence[SignedCheckpoint]) -> Iterator[Finding]:
    """Give changes of the key for which the checkpoint is missing that the key before it must have signed."""
    sizes = {signed.checkpoint.size for signed in kept}
    for seq, key in walk.keys:
        if seq + 1 not in sizes:
            says = f"no checkpoint is kept in which the key of entry {seq}, {key.text()}, was brought into force"
            yield Finding(State.BAD_SIGNATURE, seq, says)


def _bad_signature(walk: _Walk, signed: SignedCheckpoint, trusted: tuple[VerifierKey, ...]) -> Finding | None:
    """Hold a checkpoint against the key that was in force at its size, and cosignatures against trusted keys."""
    size, origin = signed.checkpoint.size, signed.checkpoint.origin
    if walk.site is not None and origin != origin_of(walk.site):
        return Finding(State.BAD_SIGNATURE, None, f"the checkpoint of {size} entries is of another ledger, {origin}")
    due, changes = _keys_due(walk, size), [key for seq, key in walk.keys if seq < size]
    try:
        signers = set(signed.expect_signed_by({*trusted, *changes}))
    except NoteError as error:
        return Finding(State.BAD_SIGNATURE, max(size - 1, 0), f"checkpoint of {size} entries: {error}")
    if missing := [key for key in due if key not in signers]:
        says = f"the checkpoint of {size} entries is not signed by {missing[0].text()}, the key in force"
        return Finding(State.BAD_SIGNATURE, max(size - 1, 0), says)
    return None


def _keys_due(walk: _Walk, size: int) -> list[VerifierKey]:
    """Return the keys that must have signed a checkpoint: the one in force, at a change also the one before it."""
    before = [key for seq, key in walk.keys if seq < size]
    changed_here = bool(before) and walk.keys[len(before) - 1][0] == size - 1
    return before[-2:] if changed_here else before[-1:]
