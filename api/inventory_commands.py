"""`kuraban inventory`: what the office keeps, from a file onto the ledger and back.

What a file may say, and what of it is new to the ledger, is decided in `custody.inventory`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.arguments import ArgumentError
from api.exits import exit_statuses, say
from api.ledger_arguments import now_ms
from custody.acts import ActError, Registration, Signature, Signed
from custody.books import books_of
from custody.entries import EntryError
from custody.inventory import InventoryError, news_to, read_csv, read_json, write_csv, write_json
from custody.ledger import Ledger, LedgerReader

inventory_app = typer.Typer(help="The inventory: what is kept, from a file and into one.", no_args_is_help=True)

Where = Annotated[
    str, typer.Option("--ledger", envvar="KURABAN_LEDGER", help="The ledger's folder, or its postgresql:// URL.")
]


class Format(StrEnum):
    """In which form an inventory lies in a file."""

    CSV = "csv"
    JSON = "json"


@inventory_app.command("import")
def import_inventory(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An inventory, .csv or .json.")],
    *,
    ledger: Where,
    by: Annotated[str, typer.Option("--by", help="The account of who registers it.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be entered, and enter nothing.")
    ] = False,
) -> None:
    """Register what the ledger does not know like this yet, all of it or nothing; print it as JSON."""
    with _statuses():
        items = _read(file)
        news = _news(items, ledger) if dry_run else _register(items, ledger, by)
    typer.echo(write_json(news), nl=False)
    verb = "would be entered" if dry_run else "entered"
    say(f"{file}: {len(news)} {verb}, {len(items) - len(news)} known already")


@inventory_app.command("export")
def export_inventory(
    *,
    ledger: Where,
    form: Annotated[Format, typer.Option("--format", help="csv or json.")] = Format.CSV,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write, a new one; standard output if left out.")
    ] = None,
) -> None:
    """Write what the ledger knows, in the form that `import` reads."""
    with _statuses():
        with LedgerReader.read(ledger) as reader:
            items = books_of(reader).kept.values()
        text = write_csv(items) if form is Format.CSV else write_json(items)
        if out is None:
            typer.echo(text, nl=False)
        else:
            with out.open("xb") as file:
                file.write(text.encode())
            say(f"{out}: {len(items)} items")


@contextmanager
def _statuses() -> Iterator[None]:
    with exit_statuses():
        try:
            yield
        except (InventoryError, ActError, EntryError) as error:
            raise ArgumentError(str(error)) from error


def _read(file: Path) -> tuple[Registration, ...]:
    readers = {f".{Format.CSV}": read_csv, f".{Format.JSON}": read_json}
    if file.suffix.lower() not in readers:
        raise ArgumentError(f"{file}: an inventory is named .csv or .json; rename the file to what it is")
    try:
        # Decoded from bytes: a file that is opened as text would lose the line ends within quotes.
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArgumentError(f"{file}, byte {error.start}: no UTF-8; save it as `CSV UTF-8`") from error
    return readers[file.suffix.lower()](text, str(file))


def _news(items: Sequence[Registration], ledger: str) -> tuple[Registration, ...]:
    with LedgerReader.read(ledger) as reader:
        return news_to(books_of(reader), items)


def _register(items: Sequence[Registration], ledger: str, by: str) -> tuple[Registration, ...]:
    """Enter what is new. The ledger is open to write meanwhile, so that nobody registers the same in between."""
    with Ledger.open(ledger) as opened:
        news = news_to(books_of(opened), items)
        signature = Signature(by, now_ms())
        acts = [Signed(item, signature.at_ms, (signature,), uuid.uuid4().hex) for item in news]
        opened.record_all(act.draft() for act in acts)
    return news
