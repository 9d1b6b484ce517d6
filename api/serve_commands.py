"""`kuraban serve` and `kuraban reload`: the service, and its site file put in force again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from api.exits import BAD_INPUT, exit_statuses, say
from api.logs import begin_logging, log_file
from api.requests import BACKENDS, DEFAULT_BACKEND, DEFAULT_MODEL, NO_MODEL, RequestError
from api.runtime.whereabouts import DEFAULT_HOST, DEFAULT_PORT
from api.settings import load_site

Data = Annotated[Path, typer.Option("--data", help="The data folder, made where it is missing.")]


def serve(  # noqa: PLR0913 - one parameter an option
    *,
    site: Annotated[Path, typer.Option("--site", help="The site file (YAML).")],
    data: Data = Path("data"),
    host: Annotated[str, typer.Option("--host", help="Where to listen.")] = DEFAULT_HOST,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="On which port; 0: any.")] = DEFAULT_PORT,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="For https: the certificate (PEM).")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="For https: its key (PEM).")] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option("--proxy", metavar="ADDRESS", help="A proxy whose X-Forwarded-For is believed."),
    ] = None,
    model: Annotated[str, typer.Option("--model", help="A detector by name, or an ONNX file.")] = DEFAULT_MODEL,
    backend: Annotated[str, typer.Option("--backend", help=" or ".join(BACKENDS))] = DEFAULT_BACKEND,
) -> None:
    """Watch live cameras, record, judge, keep the ledger, and answer on the network, until it is told to end."""
    from api.serve.admission import admitted  # noqa: PLC0415 - media libraries and the web
    from api.serve.plan import Plan, wanted  # noqa: PLC0415
    from api.serve.supervisor import Supervisor  # noqa: PLC0415
    from api.web.serving import Serving, ServingError  # noqa: PLC0415
    from models.locate import find_weights  # noqa: PLC0415

    with exit_statuses():
        content = site.read_bytes()
        loaded = load_site(site, os.environ, content)
        for warning in loaded.warnings:
            say(f"warning: {warning}")
        if model != NO_MODEL:
            find_weights(model)
        try:
            serving = Serving(host, port, certificate, key, tuple(proxy or ()))
        except ServingError as error:
            raise RequestError(str(error)) from error
        plan = Plan(site.resolve(), data.resolve(), model, backend, serving)
        with admitted(plan.data, loaded) as lock:
            begin_logging("supervisor", log_file(plan.data))
            status = Supervisor(plan, wanted(loaded, content), lock).run()
    if status:
        raise typer.Exit(status)


def reload(data: Data = Path("data")) -> None:
    """Have the running service read its site file again; a file with a fault changes nothing."""
    from api.runtime.asking import ask  # noqa: PLC0415 - arrays and the database
    from api.runtime.messages import Reload, Reloaded  # noqa: PLC0415

    with exit_statuses():
        answer = ask(data, Reload(), Reloaded)
    if answer.failure is not None:
        say(f"nothing was changed: {answer.failure}")
        raise typer.Exit(BAD_INPUT)
    typer.echo(json.dumps(answer.changed, ensure_ascii=False, indent=1))
