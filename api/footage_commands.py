"""`kuraban footage`: what was recorded, whether it is still what was recorded, and its index made anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from api.arguments import ArgumentError
from api.exits import NOT_INTACT, exit_statuses, say
from api.ledger_arguments import moment_of, now_ms
from api.runtime.whereabouts import footage_folder, is_served
from custody.entries import utc_text
from custody.intervals import Interval, length_ms
from custody.records import footage
from custody.records.coverage import Coverage, coverage, extent
from custody.records.database import FILE, Records
from streams import segments

footage_app = typer.Typer(help="What the cameras have recorded.", no_args_is_help=True)

Data = Annotated[Path, typer.Option("--data", help="The data folder of the service.")]
OneCamera = Annotated[str | None, typer.Option("--camera", help="Only this camera.")]


@footage_app.command("list")
def list_footage(
    *,
    data: Data,
    camera: OneCamera = None,
    from_at: Annotated[str | None, typer.Option("--from", help="The first moment; the oldest if left out.")] = None,
    to_at: Annotated[str | None, typer.Option("--to", help="The end; now if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List what was recorded and what was not, and why, by the index."""
    with exit_statuses(), Records.look(data) as records:
        end_ms = now_ms() if to_at is None else moment_of("--to", to_at)
        begin_ms = None if from_at is None else moment_of("--from", from_at)
        found = dict(_found(records, camera, begin_ms, end_ms))
    if as_json:
        typer.echo(json.dumps([_json(name, told) for name, told in found.items()], indent=1))
    else:
        _show(found)


@footage_app.command("verify")
def verify_footage(
    *,
    data: Data,
    camera: OneCamera = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave the digests out.")] = False,
) -> None:
    """Check that every segment is what was recorded, and that the index agrees with the disk; nothing is changed."""
    from api.footage.verify import verify_camera, verify_index  # noqa: PLC0415 - decoders

    root = footage_folder(data)
    faults = count = size_bytes = 0
    with exit_statuses():
        for checked in (
            one for name in _cameras(root, camera) for one in verify_camera(root, name, digests=not quick)
        ):
            count, size_bytes = count + (checked.path.suffix == segments.SUFFIX), size_bytes + checked.size_bytes
            faults += len(checked.faults)
            for fault in checked.faults:
                typer.echo(f"{checked.path}: {fault}")
        if camera is None and (data / FILE).exists():
            with Records.look(data) as records:
                for fault in verify_index(records, root):
                    faults += 1
                    typer.echo(fault)
    typer.echo(f"{root}: {count} segments, {size_bytes / 1e9:.1f} GB, {_wrong(faults)}")
    if faults:
        raise typer.Exit(NOT_INTACT)


@footage_app.command("reindex")
def reindex_footage(*, data: Data) -> None:
    """Make the index anew from what lies on the disk; the service must not run, it does so itself at its start."""
    from api.footage.index import reindex  # noqa: PLC0415 - decoders

    root = footage_folder(data)
    with exit_statuses():
        if not root.is_dir():
            raise ArgumentError(f"--data: {root} does not exist; name the data folder of the service")
        if is_served(data):
            raise ArgumentError(f"--data: a service runs on {data} and keeps the index itself; stop it first")
        with Records.open(data) as records:
            done = reindex(records, root)
    for fault in done.unreadable:
        say(fault)
    typer.echo(f"{root}: {done.taken} segments in the index; struck out: {done.struck}")
    if done.unreadable:
        raise typer.Exit(NOT_INTACT)


def _cameras(root: Path, camera: str | None) -> tuple[str, ...]:
    known = segments.cameras(root)
    if camera is None:
        return known
    if camera not in known:
        raise ArgumentError(f"--camera: there is no footage of {camera!r}; there is of {', '.join(known) or 'none'}")
    return (camera,)


def _found(records: Records, camera: str | None, begin_ms: int | None, end_ms: int) -> Iterator[tuple[str, Coverage]]:
    with records.read() as connection:
        for name in footage.cameras(connection) if camera is None else (camera,):
            whole = extent(connection, name)
            stretch = _stretch(whole, begin_ms, end_ms)
            yield name, Coverage((), ()) if stretch is None else coverage(connection, name, stretch)


def _stretch(whole: Interval | None, begin_ms: int | None, end_ms: int) -> Interval | None:
    first_ms = begin_ms if begin_ms is not None else None if whole is None else whole[0]
    return None if first_ms is None or first_ms >= end_ms else (first_ms, end_ms)


def _show(found: dict[str, Coverage]) -> None:
    moments = (Column(name, no_wrap=True) for name in ("from", "to"))
    table = Table("camera", *moments, "hours", "")
    for camera, told in found.items():
        parts = [(interval, "recorded") for interval in told.recorded]
        parts += [(gap.interval, gap.cause.value) for gap in told.gaps]
        for interval, what in sorted(parts):
            hours = f"{length_ms([interval]) / 3_600_000:.2f}"
            table.add_row(camera, *(f"{utc_text(at_ms)[:19]}Z" for at_ms in interval), hours, what)
    Console().print(table)


def _json(camera: str, told: Coverage) -> dict[str, Any]:
    return {
        "camera": camera,
        "recorded": [_interval(interval) for interval in told.recorded],
        "gaps": [{**_interval(gap.interval), "cause": gap.cause.value} for gap in told.gaps],
    }


def _interval(interval: Interval) -> dict[str, str]:
    return {"from": utc_text(interval[0]), "to": utc_text(interval[1])}


def _wrong(faults: int) -> str:
    return "nothing wrong" if not faults else f"{faults} things wrong"
