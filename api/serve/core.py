"""The process of the core: judge, ledger, records, alerts and HTTP, in one event loop and a few threads.

    python -m api.serve.core --site PATH --data FOLDER --host HOST --port PORT --pulse DESCRIPTOR

The text of the site file in force comes on standard input. It ends by SIGTERM, and when its supervisor is gone;
SIGHUP has it read the site file again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from api.alerts.alerting import Alerting
from api.exits import BAD_INPUT
from api.logs import begin_logging, log_file
from api.requests import RequestError
from api.runtime.camera_events import follow_cameras
from api.runtime.running import RunningOffice
from api.runtime.tasks import beside
from api.serve.dying import end_now, end_with_any_thread
from api.serve.plan import wanted
from api.serve.pulse import OrphanedError, Pulse
from api.settings import SiteFileError, load_site
from api.site import Site
from api.web.application import access_to, make_application
from api.web.serving import Serving, ServingError, serve
from custody.errors import LedgerError
from custody.records.database import NewerRecordsError
from streams.records import utc_ms

BEAT_S = 0.5
_log = structlog.get_logger(__name__)


async def run(data: Path, site: Site, content: bytes, serving: Serving, pulse: Pulse) -> None:
    """Serve an office until told to end. content: of the site file.

    Raises ServingError, LedgerError, NewerRecordsError and OSError where it cannot begin.
    """
    stopping, alerting = asyncio.Event(), Alerting(site, utc_ms)

    def put_in_force(after: Site, new_content: bytes) -> None:
        alerting.put_in_force(after)
        pulse.tell(wanted(after, new_content))

    async with AsyncExitStack() as stack:
        opened = RunningOffice.open(data, site, alerting.hear, in_force=put_in_force, content=content)
        office = stack.enter_context(opened)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: loop.create_task(_reload(office)))
        access = access_to(office)
        await stack.enter_async_context(alerting.sending(office))
        await stack.enter_async_context(office.listening())
        await stack.enter_async_context(beside(follow_cameras(office)))
        address = await stack.enter_async_context(serve(make_application(office, access), serving))
        _log.info("core.serves", address=address)
        _announce(address, access.first_code(), log_file(data))
        await _beat(office, pulse, stopping)


async def _beat(office: RunningOffice, pulse: Pulse, stopping: asyncio.Event) -> None:
    """Tell the supervisor that loop and judge go on, until the end."""
    judged = -1
    while not stopping.is_set():
        if office.judge.steps != judged:
            judged = office.judge.steps
            pulse.beat()
        try:
            await asyncio.wait_for(stopping.wait(), BEAT_S)
        except TimeoutError:
            continue


async def _reload(office: RunningOffice) -> None:
    try:
        await office.reload()
    except (SiteFileError, RequestError, OSError) as error:
        _log.error("core.site_file_refused", reason=str(error))


def _announce(address: str, code: str | None, log: Path | None) -> None:
    """Say on standard output where the page is, where the log, and, while there is no account, how to make one."""
    lines = [f"Kuraban is at {address}"]
    if log is not None:
        lines.append(f"What happens is written to {log}")
    if code is not None:
        lines.append(f"There is no account yet. Make the first administrator there with the code {code}")
    print("\n".join(lines), flush=True)  # noqa: T201 - for whoever starts the service


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the process of the core; return its exit status."""
    given = _parsed(arguments)
    begin_logging("core", log_file(given.data))
    end_with_any_thread()
    try:
        content = sys.stdin.buffer.read()
        site = load_site(given.site, os.environ, content)
        serving = Serving(given.host, given.port, given.certificate, given.key, tuple(given.proxy))
        asyncio.run(run(given.data, site, content, serving, Pulse(given.pulse)))
    except OrphanedError:
        _log.warning("core.orphaned")
    except (SiteFileError, ServingError, LedgerError, NewerRecordsError, OSError) as error:
        _log.error("core.cannot_begin", reason=str(error))
        print(error, file=sys.stderr)  # noqa: T201 - for whoever starts the service
        return BAD_INPUT
    _log.info("core.ended")
    return 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m api.serve.core")
    for name in ("--site", "--data"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--proxy", action="append", default=[])
    parser.add_argument("--pulse", type=int, required=True)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    end_now(main())
