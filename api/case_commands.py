"""`kuraban case` and `kuraban hold`: investigations over an analysed folder, and the footage that they hold.

Cases lie in the folder, holds on its ledger and beside its clips. What may be done is decided in `custody`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.arguments import ArgumentError
from api.exits import exit_statuses, say
from api.folder import Folder, read_folder, site_of
from api.holding import Holding
from api.ledger_arguments import moment_of, now_ms
from api.recording import LEDGER
from api.site import Site
from custody.case_store import CaseStore
from custody.cases import Case, Closing, Part, PartKind
from custody.holds import Hold, Holds, holds_of
from custody.intervals import Interval
from custody.ledger import Ledger, LedgerReader
from custody.mandate import Mandate
from vision.incidents import local_time

case_app = typer.Typer(help="Cases: what an investigation is about.", no_args_is_help=True)
hold_app = typer.Typer(help="Holds: footage that nothing may delete.", no_args_is_help=True)

Where = Annotated[Path, typer.Option("--folder", help="An analysed folder.")]
By = Annotated[str, typer.Option("--by", help="The account of who does it.")]
Reason = Annotated[str, typer.Option("--reason", help="What for.")]
Authority = Annotated[str, typer.Option("--authority", help="The document that permits it.")]
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The case, as C-1.")]


@case_app.command("open")
def open_case(
    folder: Where,
    *,
    title: Annotated[str, typer.Option("--title", help="What it is about, on one line.")],
    by: By,
    reason: Reason,
    authority: Authority,
) -> None:
    """Open a case and print its id."""
    with exit_statuses():
        site_of(folder)
        case = CaseStore(folder).open(title, Mandate(by, reason, authority), now_ms())
    typer.echo(case.id)


@case_app.command("add")
def add_to_case(  # noqa: PLR0913 - one parameter an option
    folder: Where,
    case: CaseId,
    *,
    by: By,
    incident: Annotated[list[str] | None, typer.Option("--incident", help="The id of an incident.")] = None,
    entry: Annotated[list[int] | None, typer.Option("--entry", min=0, help="The number of an entry.")] = None,
    note: Annotated[list[str] | None, typer.Option("--note", help="A sentence.")] = None,
    camera: Annotated[str | None, typer.Option("--camera", help="A camera, for a clip of it.")] = None,
    from_at: Annotated[str | None, typer.Option("--from", help="The first moment of the clip.")] = None,
    to_at: Annotated[str | None, typer.Option("--to", help="The last moment of the clip.")] = None,
) -> None:
    """Put incidents, entries, notes and a clip into a case."""
    with exit_statuses():
        read, at_ms = read_folder(folder), now_ms()
        named = [
            *((PartKind.INCIDENT, _incident(read, one)) for one in incident or ()),
            *((PartKind.ENTRY, _entry(read, number)) for number in entry or ()),
            *((PartKind.NOTE, text) for text in note or ()),
        ]
        parts = [Part(kind, what, by, at_ms) for kind, what in named]
        if camera is not None:
            stretch = _stretch(from_at, to_at)
            parts.append(Part(PartKind.CLIP, _camera(read.site, camera), by, at_ms, stretch))
        if not parts:
            raise ArgumentError("nothing to add: give --incident, --entry, --note, or --camera with --from and --to")
        CaseStore(folder).add(case, parts)


@case_app.command("show")
def show_case(folder: Where, case: CaseId) -> None:
    """Show a case with its parts and its holds."""
    with exit_statuses():
        site, shown = site_of(folder), CaseStore(folder).case(case)
        holds = _holds(folder)
    for line in _case_lines(site, shown):
        typer.echo(line)
    for hold in holds.standing(shown.id):
        typer.echo(f"  {_hold_line(site, hold)}")


@case_app.command("list")
def list_cases(folder: Where) -> None:
    """List the cases, a line each."""
    with exit_statuses():
        site = site_of(folder)
        for case in CaseStore(folder).all():
            state = "open" if case.closing is None else "closed"
            opened = local_time(case.opened_at_ms, site.timezone)
            typer.echo(f"{case.id}  {state}  {opened}  {case.title}  ({len(case.parts)} parts)")


@case_app.command("close")
def close_case(
    folder: Where,
    case: CaseId,
    *,
    by: By,
    outcome: Annotated[str, typer.Option("--outcome", help="What was found, in words.")],
) -> None:
    """Close a case that holds no footage any more."""
    with exit_statuses(), _holding(folder) as (_, holding):
        holding.close_case(case, Closing(by, outcome, now_ms()))


@hold_app.command("place")
def place_hold(  # noqa: PLR0913 - one parameter an option
    folder: Where,
    *,
    case: Annotated[str, typer.Option("--case", help="The case that it is for.")],
    camera: Annotated[str, typer.Option("--camera", help="Whose footage.")],
    from_at: Annotated[str, typer.Option("--from", help="The first moment of the footage, ISO 8601 with offset.")],
    to_at: Annotated[str, typer.Option("--to", help="The last moment of the footage.")],
    by: By,
    reason: Reason,
    authority: Authority,
) -> None:
    """Hold the footage of a camera for a case, and print the number of the hold."""
    with exit_statuses(), _holding(folder) as (read, holding):
        stretch, mandate = _stretch(from_at, to_at), Mandate(by, reason, authority)
        placed = holding.place(case, _camera(read.site, camera), stretch, mandate, now_ms())
    typer.echo(str(placed.number))


@hold_app.command("release")
def release_hold(
    folder: Where,
    number: Annotated[int, typer.Argument(min=0, help="The number of the hold.")],
    *,
    by: By,
    reason: Reason,
    authority: Authority,
) -> None:
    """Release a hold; what other cases hold stays held."""
    with exit_statuses(), _holding(folder) as (_, holding):
        others = holding.release(number, Mandate(by, reason, authority), now_ms())
    if others:
        say(f"still held by {', '.join(f'{other.number} for {other.case}' for other in others)}")


@hold_app.command("list")
def list_holds(
    folder: Where, *, case: Annotated[str | None, typer.Option("--case", help="Of this case only.")] = None
) -> None:
    """List the holds that stand."""
    with exit_statuses():
        site, holds = site_of(folder), _holds(folder)
    _tell_unreadable(holds.unreadable)
    for hold in holds.standing(case):
        typer.echo(_hold_line(site, hold))


@contextmanager
def _holding(folder: Path) -> Iterator[tuple[Folder, Holding]]:
    """Give a folder, and its cases and holds to change; its ledger is open to write meanwhile."""
    read = read_folder(folder)
    with Ledger.open(folder / LEDGER) as ledger:
        holding = Holding(ledger, CaseStore(folder), read.media)
        _tell_unreadable(holding.unreadable)
        yield read, holding


def _holds(folder: Path) -> Holds:
    with LedgerReader.read(folder / LEDGER) as ledger:
        return holds_of(ledger)


def _tell_unreadable(unreadable: Iterable[str]) -> None:
    for says in unreadable:
        say(f"nobody can tell what this holds: {says}")


def _camera(site: Site, camera: str) -> str:
    if site.camera(camera) is None:
        raise ArgumentError(f"--camera: there is no {camera!r}; write one of {', '.join(c.id for c in site.cameras)}")
    return camera


def _incident(read: Folder, incident: str) -> str:
    if incident not in {known.id for known in read.incidents}:
        raise ArgumentError(f"--incident: the ledger has no {incident!r}; incidents.jsonl names them")
    return incident


def _entry(read: Folder, number: int) -> str:
    if number >= read.size:
        raise ArgumentError(f"--entry: the ledger has {read.size} entries, numbered from 0; there is no {number}")
    return str(number)


def _stretch(from_at: str | None, to_at: str | None) -> Interval:
    if from_at is None or to_at is None:
        raise ArgumentError("--from and --to are missing: footage has a first and a last moment")
    return moment_of("--from", from_at), moment_of("--to", to_at)


def _case_lines(site: Site, case: Case) -> Iterator[str]:
    mandate = case.mandate
    yield f"{case.id}  {case.title}"
    yield f"  opened {local_time(case.opened_at_ms, site.timezone)} by {mandate.by}"
    yield f"  reason: {mandate.reason}; authority: {mandate.authority}"
    for part in case.parts:
        stretch = "" if part.stretch is None else f" {_span(site, part.stretch)}"
        yield f"  {local_time(part.at_ms, site.timezone)} {part.by}: {part.kind} {part.what}{stretch}"
    if case.closing is not None:
        closed = local_time(case.closing.at_ms, site.timezone)
        yield f"  closed {closed} by {case.closing.by}: {case.closing.outcome}"


def _hold_line(site: Site, hold: Hold) -> str:
    mandate = hold.mandate
    word = f"{mandate.by}: {mandate.reason} ({mandate.authority})"
    return f"hold {hold.number}  {hold.case}  {hold.camera} {_span(site, hold.interval)}  {word}"


def _span(site: Site, stretch: Interval) -> str:
    return " to ".join(local_time(moment, site.timezone) for moment in stretch)
