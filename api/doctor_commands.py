"""`kuraban doctor`: what is wrong and what to do, for a person or, with `--json`, for a program."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from api.doctor.findings import Finding, Verdict, worst
from api.exits import UNWELL, exit_statuses
from api.folder import SITE
from api.ledger_arguments import now_ms
from api.requests import BACKENDS, DEFAULT_BACKEND, DEFAULT_MODEL
from api.runtime.whereabouts import DEFAULT_HOST, DEFAULT_PORT
from custody.entries import utc_text

_STYLES: Final = {Verdict.GOOD: "green", Verdict.SKIPPED: "dim", Verdict.WARNING: "yellow", Verdict.BAD: "red bold"}


def doctor(  # noqa: PLR0913 - one parameter an option
    *,
    data: Annotated[Path, typer.Option("--data", help="The data folder of the service.")],
    site: Annotated[
        Path | None, typer.Option("--site", help="The site file; the one in the data folder if left out.")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Where the service listens.")] = DEFAULT_HOST,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="On which port.")] = DEFAULT_PORT,
    model: Annotated[str, typer.Option("--model", help="A detector by name, or an ONNX file.")] = DEFAULT_MODEL,
    backend: Annotated[str, typer.Option("--backend", help=" or ".join(BACKENDS))] = DEFAULT_BACKEND,
    cameras: Annotated[bool, typer.Option("--cameras/--no-cameras", help="Whether to connect to cameras.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Say what is wrong with machine, cameras and data folder, and what to do; nothing is changed."""
    from api.doctor.examination import Subject, examine  # noqa: PLC0415 - detectors and decoders

    kept = data / SITE
    subject = Subject(
        data=data,
        site=site or (kept if kept.exists() else None),
        host=host,
        port=port,
        model=model,
        backend=backend,
        environ=os.environ,
        with_cameras=cameras,
    )
    at_ms = now_ms()
    with exit_statuses():
        findings = list(examine(subject, at_ms))
    if as_json:
        typer.echo(_json(findings, at_ms))
    else:
        _show(findings)
    if worst(findings) is Verdict.BAD:
        raise typer.Exit(UNWELL)


def _json(findings: Iterable[Finding], at_ms: int) -> str:
    found = tuple(findings)
    report = {
        "at": utc_text(at_ms),
        "verdict": worst(found).value,
        "findings": [finding.as_json() for finding in found],
    }
    return json.dumps(report, ensure_ascii=False, indent=1)


def _show(findings: Iterable[Finding]) -> None:
    table = Table("", "what", Column("found, and what to do", overflow="fold"))
    for finding in findings:
        told = finding.says if finding.remedy is None else f"{finding.says}\n→ {finding.remedy}"
        table.add_row(Text(finding.verdict.value, _STYLES[finding.verdict]), finding.check, Text(told))
    Console().print(table)
