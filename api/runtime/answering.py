"""What a command on the machine asks of the running core, carried out and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from api.requests import RequestError
from api.runtime.messages import Answer, BeginDrill, DrillBegun, Reload, Reloaded, Request
from api.settings import SiteFileError
from custody.drills import Drill
from custody.errors import LedgerError, RefusedError


class Asked(Protocol):
    """The office, as far as commands ask it."""

    async def reload(self) -> Mapping[str, Any]:
        """Read the site file again. Raises SiteFileError, RequestError, OSError."""
        ...

    async def begin_drill(self, drill: Drill) -> None:
        """Begin a drill. Raises RefusedError, LedgerError, OSError."""
        ...


async def answered(office: Asked, request: Request) -> Answer:
    """Carry out a request; what refuses it is the answer."""
    match request:
        case Reload():
            return await _reloaded(office)
        case BeginDrill(drill):
            return await _drill_begun(office, drill)


async def _reloaded(office: Asked) -> Reloaded:
    try:
        return Reloaded(await office.reload())
    except (SiteFileError, RequestError, OSError) as error:
        return Reloaded({}, str(error))


async def _drill_begun(office: Asked, drill: Drill) -> DrillBegun:
    try:
        await office.begin_drill(drill)
    except (RefusedError, LedgerError, OSError) as error:
        return DrillBegun(str(error))
    return DrillBegun()
