"""`kuraban investigate` and `kuraban last-seen`: questions to an analysed folder. The answers come from `custody`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.arguments import ArgumentError
from api.exits import exit_statuses, say
from api.findings import Findings
from api.folder import Folder, read_folder
from api.language import Language
from custody.investigate import InvestigationError, loss_window
from custody.investigate import investigate as investigated
from custody.last_seen import last_seen as last_sights

Where = Annotated[Path, typer.Option("--folder", help="A folder that `kuraban analyze --out` has written.")]
Spoken = Annotated[Language | None, typer.Option("--language", help="Of the answer; the site's own if left out.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def investigate(
    folder: Where,
    *,
    item: Annotated[str, typer.Option("--item", help="What is missing: an item, or `terminals`.")],
    start: Annotated[
        int | None, typer.Option("--from", min=0, help="The number of the count to begin with; the last that agreed.")
    ] = None,
    stop: Annotated[
        int | None, typer.Option("--to", min=0, help="The number of the count that does not agree; the newest.")
    ] = None,
    language: Spoken = None,
    as_json: Json = False,
) -> None:
    """Say what may explain a count that does not agree, the best explanation first, and what nobody saw."""
    with exit_statuses():
        read = read_folder(folder)
        findings = _findings(read, language)
        try:
            window = loss_window(read.books, item, start, stop)
        except InvestigationError as error:
            raise ArgumentError(f"{folder}: {error}") from error
        found = investigated(read.reconciler(), read.incidents, window)
    if as_json:
        typer.echo(json.dumps(findings.json_of(found), ensure_ascii=False, indent=1))
    else:
        for line in findings.lines_of(found):
            typer.echo(line)


def last_seen(folder: Where, *, language: Spoken = None, as_json: Json = False) -> None:
    """Say when each item was last seen: the time, the camera, the place, and the clip that shows it."""
    with exit_statuses():
        read = read_folder(folder)
        findings = _findings(read, language)
        seen = last_sights(read.books, read.watch, read.at_ms)
    never = sorted({*read.kept()} - {one.item for one in seen})
    if as_json:
        rows = [findings.last_seen_json(one) for one in seen]
        typer.echo(json.dumps({"seen": rows, "never": never}, ensure_ascii=False, indent=1))
        return
    for line in findings.lines_of_last_seen(seen, never):
        typer.echo(line)


def _findings(read: Folder, language: Language | None) -> Findings:
    findings = Findings(read, language or read.site.language)
    for says in read.unreadable:
        say(findings.words.labels["unreadable"].format(says=says))
    return findings
