"""An office with the footage of one evening, and people who ask for mandates to look at it."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from api.auth import grant_routes
from api.auth.permissions import Grant, Role
from api.footage.index import reindex
from api.settings import Site
from api.web.routes import footage, footage_pictures
from streams.segments import Segment
from tests.api.auth.conftest import Browser
from tests.api.footage.recorded import ENDED_MS, record_evening
from tests.api.web.counter import Counter
from tests.streams.told import BEGAN_MS


def at(moment_ms: int) -> str:
    return quote(datetime.fromtimestamp(moment_ms / 1000, UTC).isoformat())


def local(moment_ms: int, counter: Counter) -> str:
    timezone = counter.office.site.timezone
    return datetime.fromtimestamp(moment_ms / 1000, timezone).isoformat(timespec="milliseconds")


class Evening:
    """An office with the footage of one evening."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.counter = Counter(folder / "data", site, [grant_routes.router, footage.router, footage_pictures.router])
        self.root = folder / "data" / "footage"
        self.segments: list[Segment] = record_evening(self.root, folder)
        reindex(self.counter.office.records, self.root)
        self.counter.add("guard", Grant(Role.VIEWER, site.id, "vault"))

    def mandate(
        self,
        browser: Browser,
        from_ms: int = BEGAN_MS,
        to_ms: int = ENDED_MS,
        camera: str = "counter",
        permission: str = "replay",
    ) -> str:
        """Ask for a mandate in somebody's name; return its id."""
        asked = {
            "permission": permission,
            "cameras": [camera],
            "start": local(from_ms, self.counter),
            "end": local(to_ms, self.counter),
            "reason": "a terminal is missing",
            "authority": "戸籍第12号",
        }
        answer = browser.post("/access/mandates", asked)
        assert answer.status_code == HTTPStatus.CREATED, answer.text
        return str(answer.json()["id"])
