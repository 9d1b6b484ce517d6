"""The command line: `kuraban analyze`, `kuraban check`, `kuraban zones`.

Each group of commands has a file of its own, `NAME_commands.py`. Arguments in, exit status out (exits.py). The work
is done elsewhere; what takes long to import is imported by the command that needs it.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console
from rich.table import Column, Table

from api.alert_commands import alert_app
from api.arguments import ArgumentError, camera_of, clips_of, ledger_of, start_of
from api.backup_commands import backup, restore
from api.camera_commands import camera_app
from api.case_commands import case_app, hold_app
from api.closing_commands import checklist_app, closing
from api.count_commands import count_app, sign_app
from api.doctor_commands import doctor
from api.drawing import draw_grid, draw_layout
from api.drill_commands import drill
from api.evidence_commands import evidence_app
from api.exits import UNREADABLE, exit_statuses, say, writable_folder
from api.footage_commands import footage_app
from api.incident_commands import incident_app
from api.inventory_commands import inventory_app
from api.investigate_commands import investigate, last_seen
from api.ledger_commands import ledger_app
from api.models_commands import models_app
from api.opening import frame_at, look
from api.outputs import INCIDENTS, OBSERVATIONS, write_png
from api.progress import progress_on
from api.recording import CLIPS, LEDGER
from api.report import write_report
from api.requests import (
    BACKENDS,
    DEFAULT_BACKEND,
    DEFAULT_MODEL,
    AnalyzeRequest,
    AnalyzeResult,
    Progress,
)
from api.secret import Secret
from api.serve_commands import reload, serve
from api.settings import Camera, Site, load_site
from api.user_commands import user_app
from api.version import version_text
from api.words import words
from custody.telling import told
from streams.errors import StreamError
from streams.records import StreamInfo
from vision.incidents import Incident, local_time
from vision.types import Frame

app = typer.Typer(
    name="kuraban",
    help="Camera analytics for offices that keep things in custody at a public counter.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(models_app, name="models")
app.add_typer(ledger_app, name="ledger")
app.add_typer(incident_app, name="incident")
app.add_typer(evidence_app, name="evidence")
app.add_typer(count_app, name="count")
app.add_typer(sign_app, name="sign")
app.add_typer(inventory_app, name="inventory")
app.add_typer(case_app, name="case")
app.add_typer(hold_app, name="hold")
app.add_typer(footage_app, name="footage")
app.add_typer(checklist_app, name="checklist")
app.add_typer(alert_app, name="alerts")
app.add_typer(camera_app, name="cameras")
app.add_typer(user_app, name="user")
app.command("closing")(closing)
app.command("investigate")(investigate)
app.command("last-seen")(last_seen)
app.command("doctor")(doctor)
app.command("drill")(drill)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("serve")(serve)
app.command("reload")(reload)


def _analyze(request: AnalyzeRequest, progress: Progress) -> AnalyzeResult:
    from api.analyze import analyze  # noqa: PLC0415 - detectors and decoders load only where they are used

    return analyze(request, progress)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the commands call. Tests put their own in; `typer` makes this one where none is given."""

    analyze: Callable[[AnalyzeRequest, Progress], AnalyzeResult] = _analyze
    look: Callable[[str], tuple[StreamInfo, Frame]] = look
    frame_at: Callable[[str, int], Frame] = frame_at


def main() -> None:
    """Run the command line as a program."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    app()


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        typer.echo(version_text())
        raise typer.Exit


@app.callback()
def _kuraban(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Camera analytics for offices that keep things in custody at a public counter."""


@app.command()
def analyze(  # noqa: PLR0913 - one parameter an option
    ctx: typer.Context,
    *,
    site: Annotated[Path, typer.Option("--site", help="The site file (YAML).")],
    out: Annotated[Path, typer.Option("--out", help="The folder for incidents, clips and the report.")],
    camera: Annotated[
        list[str] | None,
        typer.Option("--camera", metavar="ID=FILE", help="A camera's clip; the site file's own if left out."),
    ] = None,
    start: Annotated[str | None, typer.Option("--start", help="When the clips begin: ISO 8601 with offset.")] = None,
    ledger: Annotated[
        Path | None, typer.Option("--ledger", help="Entries to hold against it, exported lines.")
    ] = None,
    model: Annotated[str, typer.Option("--model", help="A detector by name, or an ONNX file.")] = DEFAULT_MODEL,
    backend: Annotated[str, typer.Option("--backend", help=" or ".join(BACKENDS))] = DEFAULT_BACKEND,
    detect_fps: Annotated[
        float | None, typer.Option("--detect-fps", min=0.1, max=60, help="Frames a second, for all cameras.")
    ] = None,
    no_skip: Annotated[bool, typer.Option("--no-skip", help="Run the detector also where nothing changed.")] = False,
) -> None:
    """Analyse recorded clips: incidents, observations, clips and a report into a folder."""
    with exit_statuses():
        loaded = load_site(site, os.environ)
        start_ms, note = start_of(loaded, start)
        if note is not None:
            say(note)
        request = AnalyzeRequest(
            site=loaded,
            clips=clips_of(loaded, camera or []),
            start_ms=start_ms,
            model=model,
            backend=_known_backend(backend),
            detect_fps=detect_fps,
            skip=not no_skip,
            out=writable_folder(out),
            ledger=ledger_of(ledger),
        )
        with progress_on(Console(stderr=True), start_ms) as progress:
            result = ctx.ensure_object(Parts).analyze(request, progress)
        report = write_report(request.out, loaded, result)
    _tell(loaded, result, report)
    if result.partial:
        raise typer.Exit(UNREADABLE)


@app.command()
def check(
    ctx: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site file (YAML).")],
    out: Annotated[Path, typer.Option("--out", help="The folder for one picture a camera.")] = Path(),
) -> None:
    """Check a site file, open every camera, and draw its zones and slots into a picture."""
    parts = ctx.ensure_object(Parts)
    with exit_statuses():
        loaded = load_site(site, os.environ)
        folder = writable_folder(out)
    table = Table("camera", "stream", "codec", "size", "frames/s", "picture")
    failures = [failure for camera in loaded.cameras for failure in _check_camera(parts, camera, folder, table)]
    Console().print(table)
    for warning in loaded.warnings:
        say(f"warning: {warning}")
    for failure in failures:
        say(f"error: {failure}")
    if failures:
        raise typer.Exit(UNREADABLE)
    typer.echo(f"{site}: nothing wrong; cameras: {len(loaded.cameras)}, rules on: {len(loaded.rules)}")


@app.command()
def zones(
    ctx: typer.Context,
    *,
    clip: Annotated[str, typer.Argument(help="A clip, or a camera's address.")],
    at: Annotated[float, typer.Option("--at", min=0, help="Seconds into the clip.")] = 0.0,
    out: Annotated[Path, typer.Option("--out", help="The picture to write (PNG).")] = Path("frame.png"),
    site: Annotated[Path | None, typer.Option("--site", help="Draw this site file's zones, too.")] = None,
    camera: Annotated[str | None, typer.Option("--camera", help="Whose zones.")] = None,
) -> None:
    """Draw a frame with a grid in fractions, to read the corners of polygons from."""
    with exit_statuses():
        drawn = None if site is None else camera_of(load_site(site, os.environ), camera)
        picture = ctx.ensure_object(Parts).frame_at(clip, round(at * 1000)).bgr
        if drawn is not None:
            picture = draw_layout(picture, drawn.zones, drawn.slots)
        writable_folder(out.parent)
        write_png(out, draw_grid(picture))
    typer.echo(f"# {out}: lines every 0.05 of width and height; corners as [x, y]")
    typer.echo(_skeleton(camera or "camera-1", clip))


def _known_backend(backend: str) -> str:
    if backend not in BACKENDS:
        raise ArgumentError(f"--backend: there is no {backend!r}; write {' or '.join(BACKENDS)}")
    return backend


def _tell(site: Site, result: AnalyzeResult, report: Path) -> None:
    """Show the incidents and say where everything lies."""
    table = Table("time", Column("what", overflow="fold"), "where", "severity")
    for incident in result.incidents:
        table.add_row(*_cells(site, incident))
    console = Console()
    console.print(table if result.incidents else "no incidents")
    for name in (INCIDENTS, OBSERVATIONS, CLIPS, LEDGER, report.name):
        if (path := report.parent / name).exists():
            typer.echo(str(path))
    say(f"{result.observations} observations in {result.seconds:.1f} s, {result.model} on {result.backend}")
    for note in result.notes:
        say(f"note: {note}")
    for message in result.partial:
        say(f"broke off: {message}")


def _cells(site: Site, incident: Incident) -> tuple[str, ...]:
    fact = told(incident, site.language, site.timezone)
    place = " ".join(part for part in (incident.zone, incident.item) if part) or incident.camera or ""
    return (
        local_time(incident.raised_at_ms, site.timezone)[5:19].replace("T", " "),
        "\n".join(part for part in (words(site.language).rule(incident.rule), fact) if part),
        place,
        incident.severity.value,
    )


def _check_camera(parts: Parts, camera: Camera, folder: Path, table: Table) -> Iterator[str]:
    """Open a camera's streams, add their rows to the table, and yield what went wrong."""
    streams: dict[str, Any] = {"source": camera.source, "detect": camera.detect}
    for name, address in streams.items():
        if address is None:
            continue
        try:
            info, frame = parts.look(address.reveal())
        except StreamError as error:
            table.add_row(camera.id, name, "cannot be opened", "", "", "")
            yield f"camera {camera.id}, {name}: {error}"
            continue
        picture = folder / f"{camera.id}.png"
        if name == "source":
            write_png(picture, draw_layout(frame.bgr, camera.zones, camera.slots))
        fps = "-" if info.frames_per_second is None else f"{info.frames_per_second:g}"
        size = f"{info.width}x{info.height}"
        table.add_row(camera.id, name, info.codec, size, fps, str(picture) if name == "source" else "")


def _skeleton(camera_id: str, clip: str) -> str:
    return f"""\
cameras:
  {camera_id}:
    source: {Secret(clip)}
    zones:
      window-1: {{kind: counter, polygon: [[0.10, 0.50], [0.40, 0.50], [0.40, 0.70], [0.10, 0.70]]}}
      behind-1: {{kind: staff_side, serves: window-1, polygon: [[0.10, 0.20], [0.40, 0.20], [0.40, 0.50]]}}
    slots:
      T-01: {{polygon: [[0.20, 0.55], [0.26, 0.55], [0.26, 0.62], [0.20, 0.62]]}}
items:
  T-01: {{kind: terminal, name: terminal 1}}"""
