"""The web server: an application on an address, with or without TLS, for as long as a block runs.

Over http it is for the machine itself, or for a proxy that has the certificate and is named as trusted; over https it
has certificate and key itself.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from api.runtime.whereabouts import DEFAULT_HOST, DEFAULT_PORT

ENDS_WITHIN_S: Final = 2
"""Requests that run when the server ends have this long; live views and followers then have to come again."""

_LARGEST_MESSAGE: Final = 1 << 16
"""Bytes of a WebSocket message from a browser, which has little to say."""


class ServingError(Exception):
    """The address, the certificate or its key cannot be used; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Where and how to serve. port: 0 for any that is free.

    certificate, key: PEM files, both or none. proxies: addresses whose `X-Forwarded-For` and `-Proto` are believed;
    none is, unless it is named.
    """

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.certificate is None) is not (self.key is None):
            raise ServingError("a certificate needs its key and a key its certificate: name both files, or none")


@asynccontextmanager
async def serve(app: ASGIApp, where: Serving) -> AsyncIterator[str]:
    """Serve an application while the block runs; give its address, as `http://127.0.0.1:8470`.

    Raises ServingError. Signals are left to the process.
    """
    config = _configured(app, where)
    with _listening(where) as listening:
        server = _Server(config)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve([listening]))
            await server.begun.wait()
            try:
                yield _address(where, listening)
            finally:
                server.should_exit = True


class _Server(uvicorn.Server):
    """A server that leaves signals alone and tells when it has begun."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, and tell it."""
        await super().startup(sockets)
        self.begun.set()


def _configured(app: ASGIApp, where: Serving) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        proxy_headers=bool(where.proxies),
        forwarded_allow_ips=list(where.proxies),
        ssl_certfile=where.certificate,
        ssl_keyfile=where.key,
        ws="websockets-sansio",
        ws_max_size=_LARGEST_MESSAGE,
        ws_per_message_deflate=False,  # video does not get smaller
        timeout_graceful_shutdown=ENDS_WITHIN_S,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise ServingError(
            f"{where.certificate} and {where.key} cannot be used ({error.strerror or error}): name a certificate and "
            "its key as PEM files that this account may read"
        ) from error
    return config


@contextmanager
def _listening(where: Serving) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    try:
        listening = socket.create_server((where.host, where.port), family=family)
    except OSError as error:
        raise ServingError(
            f"{where.host}:{where.port} cannot be listened on ({error.strerror or error}): end what uses it, or "
            "choose another address"
        ) from error
    with listening:
        yield listening


def _address(where: Serving, listening: socket.socket) -> str:
    scheme = "http" if where.certificate is None else "https"
    host = f"[{where.host}]" if ":" in where.host else where.host
    return f"{scheme}://{host}:{listening.getsockname()[1]}"
