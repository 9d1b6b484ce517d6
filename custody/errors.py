"""What can go wrong with a ledger, each with what to do about it.

Every message names the folder or file. Errors of the disk itself stay OSError: a full disk is not the ledger's fault.
"""

from __future__ import annotations


class LedgerError(Exception):
    """A ledger cannot be made, opened or trusted; the message names the file and the remedy."""


class LedgerExistsError(LedgerError):
    """A ledger is to be made where something lies already."""


class NoLedgerError(LedgerError):
    """There is no ledger in this folder."""


class LedgerBusyError(LedgerError):
    """Another process writes this ledger: it has one writer."""


class LedgerUnreachableError(LedgerError):
    """The database of a ledger cannot be used: it is down, refuses, or its driver is missing."""


class UnfinishedWriteError(LedgerError):
    """The last line was never finished: whoever wrote it was stopped in the middle. No finished entry is hurt."""


class TruncatedLedgerError(LedgerError):
    """Entries are missing that were there."""


class AlteredLedgerError(LedgerError):
    """A line is not what was written."""


class ForkedLedgerError(LedgerError):
    """There are two histories of one ledger, and both were signed."""


class KeyFileError(LedgerError):
    """A key cannot be used: its file is missing, is another one, or can be read by others."""


class RefusedError(ValueError):
    """What was asked for lacks what it needs, or contradicts what is recorded; the message says what to do."""


class UnknownCaseError(RefusedError):
    """There is no case of that id; the message says which there are."""


class EvidenceError(Exception):
    """A package of evidence cannot be made or read; the message says what to do."""


class BackupError(Exception):
    """A backup cannot be made, read or restored; the message says what to do."""
