"""`kuraban ledger`: append, show, verify, prove, sign, countersign and export a ledger.

A ledger is named by its folder, or by the URL of its database; the environment variable KURABAN_LEDGER keeps a URL
with a password out of the command line. The work is done in `custody`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table

from api.arguments import ArgumentError
from api.exits import NOT_INTACT, exit_statuses, say
from api.ledger_arguments import keys_of, moment_of, now_ms, trusted_of
from custody.acts import ACTS, read_signed
from custody.checkpoint import CosignRequest, InclusionProof, SignedCheckpoint
from custody.database import Place
from custody.entries import Draft, Entry, EntryError, utc_text
from custody.explanations import read_explanation
from custody.ledger import Ledger, LedgerReader
from custody.lines import copy_lines, write_lines
from custody.merkle import ProofError
from custody.note import NoteError, VerifierKey
from custody.signing import (
    accept_cosignatures,
    cosign,
    introduce_key,
    request_cosignature,
    rotate_key,
    seal,
)
from custody.verify import Report, verify_ledger, verify_lines

ledger_app = typer.Typer(help="The custody ledger: append, show, verify, prove, sign.", no_args_is_help=True)

Where = Annotated[
    str,
    typer.Argument(metavar="LEDGER", envvar="KURABAN_LEDGER", help="The ledger's folder, or its postgresql:// URL."),
]
Keys = Annotated[
    Path | None, typer.Option("--keys", help="The folder of the ledger's keys; in the ledger's own if left out.")
]
Out = Annotated[Path | None, typer.Option("--out", help="The file to write; standard output if left out.")]
Trust = Annotated[
    list[str] | None, typer.Option("--trust", metavar="KEY", help="A key (name+id+key), or a file of them.")
]
From = Annotated[int, typer.Option("--from", min=0, help="The first entry, by number.")]
To = Annotated[int | None, typer.Option("--to", min=0, help="The entry before which to stop.")]
Actor = Annotated[list[str] | None, typer.Option("--actor", help="The account of a person who signs.")]


@contextmanager
def _statuses() -> Iterator[None]:
    with exit_statuses():
        try:
            yield
        except (NoteError, ProofError, EntryError) as error:
            raise ArgumentError(str(error)) from error


@ledger_app.command()
def create(
    ledger: Where,
    *,
    site: Annotated[str, typer.Option("--site", help="The id of the site that it belongs to.")],
    entries: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Exported lines to begin with; they keep their numbers."),
    ] = None,
    keys: Keys = None,
) -> None:
    """Make a ledger and its first key."""
    with _statuses():
        with Ledger.create(ledger, site) as made:
            if entries is not None:
                copy_lines(entries, made)
            key = introduce_key(made, keys_of(ledger, keys), now_ms())
            say(f"{made.place}: {len(made)} entries; give this key to those who are to check it:")
        typer.echo(key.verifier.text())


@ledger_app.command()
def append(
    ledger: Where,
    *,
    kind: Annotated[str, typer.Option("--kind", help="What it tells of, as `count`.")],
    actor: Actor = None,
    body: Annotated[str, typer.Option("--body", metavar="JSON", help="What the kind needs, a JSON object.")] = "{}",
    at: Annotated[
        str | None, typer.Option("--at", help="When it happened, ISO 8601 with offset; now if left out.")
    ] = None,
) -> None:
    """Put an entry on the ledger and print its line; what people sign must be as its kind needs it."""
    with _statuses():
        asked_at_ms, actors = now_ms(), tuple(actor or ())
        at_ms = asked_at_ms if at is None else moment_of("--at", at)
        draft = Draft(at_ms, kind, actors, _stamped(kind, _body(body), actors, asked_at_ms))
        with Ledger.open(ledger) as opened:
            _check(Entry(len(opened), draft.at_ms, draft.kind, opened.site, draft.actors, draft.body))
            entry = opened.record(draft)
        typer.echo(entry.line.decode())


@ledger_app.command()
def show(ledger: Where, *, start: From = 0, stop: To = None) -> None:
    """Show entries as a table, and what the ledger amounts to."""
    table = Table("number", "at", "kind", "actors", "body")
    with _statuses():
        with LedgerReader.read(ledger) as reader:
            for entry in reader.entries(start, stop):
                table.add_row(*_cells(entry))
            head = reader.head()
            given = reader.checkpoint()
        Console().print(table)
        signed = "none under a checkpoint" if given is None else f"{given.checkpoint.size} under a checkpoint"
        typer.echo(f"{reader.place}: site {reader.site}, {head.size} entries, {signed}, root {head.root.hex()}")


@ledger_app.command()
def verify(
    ledger: Annotated[
        str, typer.Argument(metavar="LEDGER", envvar="KURABAN_LEDGER", help="A folder, a URL, or a file of lines.")
    ],
    *,
    checkpoint: Annotated[
        list[Path] | None, typer.Option("--checkpoint", metavar="FILE", help="A checkpoint that somebody holds.")
    ] = None,
    trust: Trust = None,
) -> None:
    """Read a whole ledger and say whether it is what was written, and if not, where it first breaks."""
    with _statuses():
        known = [SignedCheckpoint.parse(_read(path)) for path in checkpoint or ()]
        report = _verified(ledger, known, trusted_of(trust))
        for finding in report.findings:
            typer.echo(f"{finding.state}: {finding.says}")
        typer.echo(
            f"{Place.of(ledger)}: {report.state}; the first {report.head.size} entries hold together, "
            f"{report.covered} of them under a signed checkpoint; root {report.head.root.hex()}"
        )
        for key in report.keys:
            typer.echo(f"key {key.text()}")
    if not report.whole:
        raise typer.Exit(NOT_INTACT)


@ledger_app.command()
def prove(
    ledger: Where,
    number: Annotated[int, typer.Argument(min=0, help="The number of the entry.")],
    *,
    out: Annotated[Path, typer.Option("--out", help="The folder for the entry and its proof.")] = Path(),
) -> None:
    """Write an entry and the proof that it is under the newest checkpoint, for somebody who has no ledger."""
    with _statuses():
        with LedgerReader.read(ledger) as reader:
            signed = reader.checkpoint()
            if signed is None or signed.checkpoint.size <= number:
                raise ArgumentError(f"no checkpoint covers entry {number}; make one with `kuraban ledger checkpoint`")
            entry = reader.entry(number)
            proof = InclusionProof(number, reader.prove_inclusion(number, signed.checkpoint.size), signed)
        out.mkdir(parents=True, exist_ok=True)
        line, beside = out / f"entry-{number}.json", out / f"entry-{number}.tlog-proof"
        line.write_bytes(entry.line + b"\n")
        beside.write_text(proof.text(), encoding="utf-8")
    typer.echo(f"{line}\n{beside}")


@ledger_app.command("check")
def check_proof(
    proof: Annotated[Path, typer.Argument(metavar="PROOF", help="A proof that `prove` has written.")],
    *,
    entry: Annotated[Path, typer.Option("--entry", help="The line of the entry.")],
    trust: Trust = None,
) -> None:
    """Check an entry by its proof, without a ledger."""
    with _statuses():
        parsed = InclusionProof.parse(_read(proof))
        signers = parsed.signed.expect_signed_by(trusted_of(trust))
        proved = Entry.from_line(entry.read_bytes().removesuffix(b"\n"))
        if proved.seq != parsed.index:
            raise ArgumentError(f"{entry} is entry {proved.seq}, and the proof is of entry {parsed.index}")
        parsed.verify(proved.leaf())
    checkpoint = parsed.signed.checkpoint
    typer.echo(f"entry {proved.seq} is on the ledger {checkpoint.origin}, under its checkpoint of {checkpoint.size}")
    for key in signers:
        typer.echo(f"signed by {key.text()}")


@ledger_app.command()
def checkpoint(
    ledger: Where,
    *,
    old: Annotated[
        int | None,
        typer.Option("--old", min=0, help="Write a request to cosign it, for a site that has seen so many."),
    ] = None,
    keys: Keys = None,
    out: Out = None,
) -> None:
    """Sign what the ledger amounts to; the first time, make the key."""
    with _statuses():
        with Ledger.open(ledger) as opened:
            signed = seal(opened, keys_of(ledger, keys), now_ms())
            text = signed.text() if old is None else request_cosignature(opened, signed, old).text()
        _write(out, text)


@ledger_app.command("cosign")
def cosign_checkpoint(
    ledger: Where,
    request: Annotated[
        Path, typer.Argument(metavar="REQUEST", help="What another site's `checkpoint --old` has written.")
    ],
    *,
    trust: Trust = None,
    keys: Keys = None,
    out: Out = None,
) -> None:
    """Cosign another site's checkpoint, if it continues what was seen of that site before."""
    with _statuses():
        parsed = CosignRequest.parse(_read(request))
        with Ledger.open(ledger) as opened:
            key = introduce_key(opened, keys_of(ledger, keys), now_ms())
            cosigned = cosign(opened, key, parsed, trusted_of(trust), now_ms() // 1000)
        say(f"cosigned by {key.cosigner.text()}")
        _write(out, cosigned.text())


@ledger_app.command()
def accept(
    ledger: Where,
    cosigned: Annotated[Path, typer.Argument(metavar="COSIGNED", help="What another site's `cosign` has written.")],
    *,
    trust: Trust = None,
) -> None:
    """Keep the cosignatures of trusted sites under this ledger's checkpoint."""
    with _statuses():
        parsed = SignedCheckpoint.parse(_read(cosigned))
        with Ledger.open(ledger) as opened:
            accepted = accept_cosignatures(opened, parsed, trusted_of(trust))
        if not accepted:
            raise ArgumentError(f"{cosigned} has no cosignature of a key that is given by --trust; nothing was kept")
    for key in accepted:
        typer.echo(f"kept the cosignature of {key.text()}")


@ledger_app.command()
def rotate(ledger: Where, *, actor: Actor = None, keys: Keys = None) -> None:
    """Replace the ledger's key; the old one signs the change."""
    with _statuses(), Ledger.open(ledger) as opened:
        key = rotate_key(opened, keys_of(ledger, keys), now_ms(), tuple(actor or ()))
        typer.echo(key.verifier.text())


@ledger_app.command()
def export(ledger: Where, *, start: From = 0, stop: To = None, out: Out = None) -> None:
    """Write entries as lines, one entry a line."""
    with _statuses(), LedgerReader.read(ledger) as reader:
        if out is None:
            write_lines(reader, sys.stdout.buffer, start, stop)
        else:
            with out.open("xb") as file:
                count = write_lines(reader, file, start, stop)
            typer.echo(f"{out}: {count} entries")


def _verified(ledger: str, known: Sequence[SignedCheckpoint], trusted: Sequence[VerifierKey]) -> Report:
    with Progress("{task.description}", MofNCompleteColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("entries", total=None)
        if "://" not in ledger and Path(ledger).is_file():
            return verify_lines(Path(ledger), known, trusted, lambda count: bar.update(task, completed=count))
        with LedgerReader.read(ledger) as reader:
            bar.update(task, total=len(reader))
            return verify_ledger(reader, known, trusted, lambda count: bar.update(task, completed=count))


def _cells(entry: Entry) -> tuple[str, ...]:
    body = json.loads(entry.line)["body"]
    return (
        str(entry.seq),
        utc_text(entry.at_ms),
        entry.kind,
        " ".join(entry.actors),
        json.dumps(body, ensure_ascii=False),
    )


def _body(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError as error:
        raise ArgumentError(f'--body: {error}; write a JSON object, as in \'{{"item": "B-0221"}}\'') from error
    if not isinstance(body, dict):
        raise ArgumentError(f"--body: got a JSON {type(body).__name__}; write an object")
    return body


def _stamped(kind: str, body: dict[str, Any], actors: tuple[str, ...], now_ms: int) -> dict[str, Any]:
    """Return the body of what people sign with the signatures of now and a new request, where it states none."""
    if kind not in ACTS:
        return body
    stamp = {"signed_at": [utc_text(now_ms)] * len(actors), "request": uuid4().hex, "corrects": None}
    return {**stamp, **body}


def _check(entry: Entry) -> None:
    """Raise EntryError for an entry of a person that nobody could read."""
    read_signed(entry)
    read_explanation(entry)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ArgumentError(f"{path} is no text; expected a checkpoint, request or proof") from error


def _write(out: Path | None, text: str) -> None:
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        say(f"wrote {out}")
