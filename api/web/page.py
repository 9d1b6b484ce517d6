"""The built page: its files, and `index.html` for every address that the page itself knows."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from api.web.headers import API, ASSETS

BUILT: Final = Path(__file__).parents[1] / "dashboard" / "dist"
_INDEX: Final = "index.html"


class Page(StaticFiles):
    """What is answered where no route is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file; a WebSocket to nowhere is closed."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file of the page. Raises HTTPException 404 below the API, and for an asset that is not there."""
        asked = scope["path"]
        if asked.startswith(API):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != HTTPStatus.NOT_FOUND or asked.startswith(ASSETS):
                raise
            return await super().get_response(_INDEX, scope)


def serve_page(app: FastAPI, folder: Path) -> None:
    """Have an application serve the page that was built into a folder; nothing is served where it is not there."""
    if folder.is_dir():
        app.router.default = Page(directory=folder)
