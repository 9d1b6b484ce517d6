"""`kuraban cameras`: which cameras of ONVIF are in the network, what they offer, and what they notice."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Final
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Column, Table

from api.arguments import ArgumentError
from api.exits import exit_statuses, say
from custody.entries import utc_text
from streams.onvif import Login, events_of, streams_of

PASSWORD: Final = "KURABAN_CAMERA_PASSWORD"  # noqa: S105 - the name of a variable
MOST_WAIT_S: Final = 60.0

camera_app = typer.Typer(help="Cameras of ONVIF: find them, and what they offer.", no_args_is_help=True)

Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The address of its device service, as `discover` shows it.")
]
User = Annotated[
    str | None, typer.Option("--user", help=f"Its user for ONVIF; the password is taken from {PASSWORD}.")
]


@camera_app.command("discover")
def discover_cameras(
    *,
    wait: Annotated[
        float, typer.Option("--wait", min=0.1, max=MOST_WAIT_S, help="Seconds to wait for answers.")
    ] = 3.0,
    interface: Annotated[
        str | None, typer.Option("--interface", help="Our own address in the network that is asked.")
    ] = None,
) -> None:
    """Ask the network for cameras, and show who answers."""
    from streams.discovery import discover  # noqa: PLC0415 - only here is XML read

    with exit_statuses():
        found = discover(wait, interface)
    table = Table(Column("address", overflow="fold"), "name", "hardware")
    for device in found:
        table.add_row(device.address, device.name or "", device.hardware or "")
    Console().print(table)
    if not found:
        say("nobody has answered: is ONVIF on, and are cameras in this network? Routers do not pass the question on")


@camera_app.command("streams")
def list_streams(address: Address, *, user: User = None) -> None:
    """Show the streams that a camera offers, the largest first, as a site file takes them."""
    with exit_statuses():
        streams = asyncio.run(streams_of(address, _login(user)))
    table = Table(Column("source", overflow="fold"), "size", "codec", "fps", "profile")
    for stream in streams:
        size, fps = f"{stream.width}x{stream.height}", "" if stream.fps is None else f"{stream.fps:g}"
        table.add_row(_for_site_file(stream.source, user), size, stream.codec, fps, stream.name)
    Console().print(table)


@camera_app.command("events")
def follow_events(address: Address, *, user: User = None) -> None:
    """Print what a camera notices by itself, a JSON object a line, until it is stopped."""
    with exit_statuses():
        asyncio.run(_follow(address, _login(user)))


async def _follow(address: str, login: Login | None) -> None:
    async with aclosing(events_of(address, login)) as events:
        async for event in events:
            told = asdict(event) | {"at": utc_text(event.at_ms)}
            del told["at_ms"]
            typer.echo(json.dumps(told, ensure_ascii=False))


def _login(user: str | None) -> Login | None:
    if user is None:
        return None
    password = os.environ.get(PASSWORD)
    if not password:
        raise ArgumentError(f"--user {user}: the environment has no {PASSWORD}; set it to the password")
    return Login(user, password)


def _for_site_file(source: str, user: str | None) -> str:
    """Return the address of a stream with the user, and with the password as the variable that it is taken from."""
    if user is None:
        return source
    scheme, _, rest = source.partition("://")
    return f"{scheme}://{quote(user, safe='')}:${{{PASSWORD}}}@{rest}"
