"""`/api/v1/ledger`: entries to read and to prove. What people put on the ledger are acts, and go another way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse, StreamingResponse

from api.auth.needs import access_of, needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.recording import LEDGER
from api.web.given import Office, RunningJobs
from api.web.jobs import Tell
from api.web.models.base import Id, Moment, Page, ms_of
from api.web.models.jobs import JobAnswer
from api.web.models.ledger import EntryAnswer, Seq, WholeEntry
from api.web.paging import Cursor, Limit, cursor_of, page_of, values_of
from api.web.problems import NotFoundError, documented
from custody.acts import ACTS
from custody.checkpoint import InclusionProof, SignedCheckpoint
from custody.entries import KINDS, Entry
from custody.errors import RefusedError
from custody.ledger import KEYS, LedgerReader
from custody.records import entries
from custody.records.entries import As
from custody.signing import request_cosignature, seal
from custody.verify import verify_ledger

router = APIRouter(
    prefix="/ledger",
    tags=["ledger"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

Reader = Annotated[Principal, Depends(needs(Permission.VIEW))]
Auditor = Annotated[Principal, Depends(needs(Permission.AUDIT))]

SIGNED: Final = frozenset(ACTS)
"""The kinds of entries that people sign at the counter: whoever may see the office may read them."""

_NOTE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "A text of C2SP."}
}
_MISSING: Final = documented(HTTPStatus.NOT_FOUND)
_UNCOVERED: Final = documented(HTTPStatus.CONFLICT)


@router.get("/entries")
def list_entries(  # noqa: PLR0913 - one parameter a filter
    request: Request,
    office: Office,
    who: Reader,
    *,
    kind: Annotated[list[str] | None, Query(max_length=len(KINDS), description="Of any of these kinds.")] = None,
    item: Annotated[Id | None, Query(description="That names this item, or this vault.")] = None,
    actor: Annotated[str | None, Query(max_length=64, description="That this account has signed.")] = None,
    camera: Annotated[Id | None, Query(description="That names this camera.")] = None,
    start: Annotated[Moment | None, Query(description="That tells of this moment or a later one.")] = None,
    end: Annotated[Moment | None, Query(description="That tells of an earlier moment than this.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[EntryAnswer]:
    """List entries, the newest first: what people signed; all kinds for those who may audit."""
    asked = {As.ITEM: item, As.ACTOR: actor, As.CAMERA: camera}
    query = entries.Query(
        kinds=_kinds(request, who, None if kind is None else frozenset(kind)),
        named={as_what: name for as_what, name in asked.items() if name is not None},
        from_ms=None if start is None else ms_of(start),
        to_ms=None if end is None else ms_of(end),
    )
    before = None if cursor is None else int(values_of(cursor, int)[0])
    with office.records.read() as connection:
        found = entries.search(connection, query, before, limit + 1)
    timezone = office.site.timezone
    return page_of(
        office.ledger.some(found),
        limit,
        lambda entry: EntryAnswer.of(entry, timezone),
        lambda entry: cursor_of(entry.seq),
    )


@router.get("/entries/{seq}", responses=_MISSING)
def one_entry(request: Request, office: Office, who: Reader, seq: Seq) -> WholeEntry:
    """Show an entry with its exact line."""
    return WholeEntry.of(_readable(request, office.ledger, who, seq), office.site.timezone)


@router.get("/entries/{seq}/proof", response_class=PlainTextResponse, responses=_NOTE | _MISSING | _UNCOVERED)
def prove_entry(request: Request, office: Office, who: Reader, seq: Seq) -> str:
    """Prove that an entry is on the ledger, under the newest checkpoint (C2SP tlog-proof)."""
    _readable(request, office.ledger, who, seq)
    signed = _newest(office.ledger)
    if signed.checkpoint.size <= seq:
        raise RefusedError(f"no checkpoint covers entry {seq} yet; sign one: POST /api/v1/ledger/checkpoint")
    hashes = office.ledger.prove_inclusion(seq, signed.checkpoint.size)
    return InclusionProof(seq, hashes, signed).text()


@router.get("/checkpoint", response_class=PlainTextResponse, responses=_NOTE | _UNCOVERED)
def newest_checkpoint(office: Office, _who: Reader) -> str:
    """Show the newest checkpoint, with its cosignatures (C2SP tlog-checkpoint)."""
    return _newest(office.ledger).text()


@router.post("/checkpoint", response_class=PlainTextResponse, responses=_NOTE)
def sign_now(office: Office, _who: Auditor) -> str:
    """Sign what the ledger amounts to now; the newest checkpoint where nothing has been added since."""
    return seal(office.ledger, office.folder / LEDGER / KEYS, office.now_ms()).text()


@router.get("/consistency", response_class=PlainTextResponse, responses=_NOTE | _UNCOVERED)
def prove_consistency(
    office: Office, _who: Reader, old: Annotated[Seq, Query(description="How many entries were seen before.")]
) -> str:
    """Prove that the newest checkpoint continues an older one: what another site cosigns (C2SP tlog-witness)."""
    return request_cosignature(office.ledger, _newest(office.ledger), old).text()


@router.get("/lines", response_class=StreamingResponse, responses={200: {"content": {"application/jsonl": {}}}})
def export_lines(
    office: Office,
    _who: Auditor,
    first: Annotated[Seq, Query(description="The first entry, by number.")] = 0,
    before: Annotated[Seq | None, Query(description="The entry before which to stop.")] = None,
) -> StreamingResponse:
    """Give the exact lines of all entries, one a line: what `kuraban ledger verify` takes as a file."""
    size = len(office.ledger)
    stop = size if before is None else min(before, size)
    return StreamingResponse(_lines(office.ledger, first, stop), media_type="application/jsonl")


@router.post("/verify", status_code=HTTPStatus.ACCEPTED, responses=_UNCOVERED)
def verify(office: Office, jobs: RunningJobs, who: Auditor) -> JobAnswer:
    """Compute the whole ledger anew, as a job; its result says where anything is not as it was written."""
    job = jobs.begin("ledger.verify", who.account, lambda tell: _verified(office.ledger, tell))
    return JobAnswer.of(job, office.site.timezone)


def _verified(ledger: LedgerReader, tell: Tell) -> Mapping[str, Any]:
    """Return what `kuraban ledger verify` finds."""
    size = len(ledger)
    report = verify_ledger(ledger, progress=lambda count: tell(count, size))
    return {
        "state": report.state.value,
        "whole": report.whole,
        "entries": report.head.size,
        "covered": report.covered,
        "keys": [key.text() for key in report.keys],
        "findings": [
            {"state": finding.state.value, "entry": finding.seq, "says": finding.says} for finding in report.findings
        ],
    }


def _kinds(request: Request, who: Principal, asked: frozenset[str] | None) -> frozenset[str] | None:
    """Return the kinds that may be shown of those that were asked for; None for all.

    Raises ForbiddenError where one is asked for that only an auditor may see.
    """
    if who.may(Permission.AUDIT):
        return asked
    if asked is None:
        return SIGNED
    if not asked <= SIGNED:
        access_of(request).gate.expect(who, Permission.AUDIT)
    return asked


def _readable(request: Request, ledger: LedgerReader, who: Principal, seq: int) -> Entry:
    try:
        entry = ledger.entry(seq)
    except IndexError as error:
        raise NotFoundError(f"there is no entry {seq}; the ledger has {len(ledger)}, numbered from 0") from error
    _kinds(request, who, frozenset({entry.kind}))
    return entry


def _newest(ledger: LedgerReader) -> SignedCheckpoint:
    newest = ledger.checkpoint()
    if newest is None:
        raise RefusedError("no checkpoint has been signed yet; sign one: POST /api/v1/ledger/checkpoint")
    return newest


def _lines(ledger: LedgerReader, first: int, stop: int) -> Iterator[bytes]:
    for _, line in ledger.lines(first, stop):
        yield line + b"\n"
