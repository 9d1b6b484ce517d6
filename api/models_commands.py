"""`kuraban models`: which detectors are known, fetching one, checking those that are there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
from rich.table import Table

from api.arguments import ArgumentError
from api.exits import BAD_INPUT, exit_statuses, say, writable_folder
from api.requests import DEFAULT_MODEL
from models.download import digest_of, download
from models.errors import WeightsNotFoundError
from models.locate import data_folder, find_weights, search_paths
from models.manifest import ManifestEntry, manifest

models_app = typer.Typer(help="The detectors that Kuraban knows by name.", no_args_is_help=True)


@models_app.command("list")
def list_models() -> None:
    """List the known detectors: licence, size, classes, SHA-256, and where each one is."""
    table = Table("name", "licence", "MB", "classes", "SHA-256", "file")
    for entry in manifest().values():
        name = f"{entry.name} (default)" if entry.name == DEFAULT_MODEL else entry.name
        size = f"{entry.size_bytes / 1e6:.1f}"
        table.add_row(name, entry.licence, size, _classes(entry), f"{entry.sha256[:12]}…", _whereabouts(entry))
    Console().print(table)


@models_app.command()
def pull(
    name: Annotated[str, typer.Argument(help="A name from `kuraban models list`.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder for the file; the user's data folder if left out.")
    ] = None,
) -> None:
    """Fetch a detector; a broken-off download goes on where it stopped."""
    with exit_statuses():
        entry = manifest().get(name)
        if entry is None:
            raise ArgumentError(f"there is no detector {name!r}; write one of {', '.join(manifest())}")
        path = _pull(entry, writable_folder(out or data_folder()))
    typer.echo(f"{path}: SHA-256 as in the manifest; {entry.licence}, {entry.origin}")


@models_app.command()
def verify() -> None:
    """Check every known file in the folders that are searched against the manifest."""
    altered = 0
    for folder in search_paths():
        for entry in manifest().values():
            path = folder / entry.file
            if path.is_file():
                right = digest_of(path) == entry.sha256
                altered += not right
                typer.echo(f"{path}: {'as in the manifest' if right else 'NOT the file of the manifest'}")
    if altered:
        say(f"files that are not those of the manifest: {altered}; remove them and pull them again")
        raise typer.Exit(BAD_INPUT)


def _pull(entry: ManifestEntry, folder: Path) -> Path:
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(entry.name, total=entry.size_bytes)
        return download(entry, folder, lambda have_bytes: progress.update(task, completed=have_bytes))


def _classes(entry: ManifestEntry) -> str:
    return ", ".join(entry.labels) if len(entry.labels) < 5 else f"{len(entry.labels)}, person among them"


def _whereabouts(entry: ManifestEntry) -> str:
    try:
        return str(find_weights(entry.name))
    except WeightsNotFoundError:
        return "to be pulled" if entry.url else f"by hand, from {entry.origin}"
