"""From an incident on the ledger of a running office to a program that is told of it, and over a restart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from structlog.testing import capture_logs

from api.alerts.alerting import Alerting
from api.alerts.settings import AlertSettings, Policy, Stage, Webhook
from api.runtime.running import RunningOffice
from api.secret import Secret
from api.settings import Site
from custody.incidents import beginning_entries
from custody.records import outbox
from custody.records.outbox import State
from tests.api.alerts.receiver import Receiver, receiver
from vision.incidents import Incident

NOW_MS: Final = 1_519_200_900_000


def telling(site: Site, url: str) -> Site:
    """Return the site with a program that is told everything."""
    destinations = MappingProxyType({"machine": Webhook(Secret(url), Secret("s", shown="***"))})
    policy = Policy("all", (Stage(0.0, ("machine",)),), group_s=0.0, repeat_s=0.0)
    return replace(site, alerts=AlertSettings(destinations, (policy,)))


@asynccontextmanager
async def serving(
    folder: Path, site: Site, clock: Callable[[], int] = lambda: NOW_MS
) -> AsyncIterator[RunningOffice]:
    """Run an office and its alerts."""
    alerting = Alerting(site, clock)
    with RunningOffice.open(folder, site, alerting.hear, clock) as office:
        async with alerting.sending(office):
            yield office


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - a server in another thread tells nothing of itself
            await asyncio.sleep(0.01)


def told(server: Receiver) -> list[str]:
    return [incident["id"] for _, _, body in server.received for incident in json.loads(body)["incidents"]]


def put_on_ledger(office: RunningOffice, *raised: Incident) -> Awaitable[None]:
    def record() -> None:
        for incident in raised:
            office.ledger.record_all(beginning_entries(incident))

    return asyncio.to_thread(record)


def test_what_comes_upon_the_ledger_is_told(tmp_path: Path, site: Site, incidents: tuple[Incident, ...]) -> None:
    async def run() -> None:
        in_order = sorted(incidents, key=lambda incident: incident.raised_at_ms)
        with receiver() as server:
            async with serving(tmp_path, telling(site, server.url)) as office:
                await put_on_ledger(office, *in_order)
                await until(lambda: len(told(server)) == len(in_order))
            assert told(server) == [incident.id for incident in in_order]

    asyncio.run(run())


def test_what_could_not_be_told_before_a_restart_is_told_after_it(
    tmp_path: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    later, earlier = incidents[:2]

    async def run() -> None:
        with receiver() as server:
            server.status = 503
            async with serving(tmp_path, telling(site, server.url)) as office:
                await put_on_ledger(office, earlier)
                await until(lambda: bool(server.received))
            server.status = 204
            server.received.clear()
            async with serving(tmp_path, telling(site, server.url)) as office:
                await until(lambda: told(server) == [earlier.id])
                await put_on_ledger(office, later)
                await until(lambda: len(told(server)) == 2)
            assert told(server) == [earlier.id, later.id]

    asyncio.run(run())


def test_what_waits_for_a_destination_that_is_no_more_is_given_up_and_said(
    tmp_path: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    async def run() -> str | None:
        with receiver() as server:
            server.status = 503
            async with serving(tmp_path, telling(site, server.url)) as office:
                await put_on_ledger(office, incidents[0])
                await until(lambda: bool(server.received))
        async with serving(tmp_path, site) as office:
            await until(lambda: bool(dead(office)))
            return dead(office)[0].failure

    assert asyncio.run(run()) == "the site file has no destination machine any more"


def test_when_the_clock_is_set_what_waits_is_told_after_the_same_time(
    tmp_path: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    now_ms = [NOW_MS]

    async def run() -> tuple[int, int]:
        with receiver() as server:
            two = telling(site, server.url)
            later = replace(two.alerts.policies[0], stages=(Stage(0.0, ("machine",)), Stage(300.0, ("machine",))))
            settings = AlertSettings(two.alerts.destinations, (later,))
            async with serving(tmp_path, replace(two, alerts=settings), lambda: now_ms[0]) as office:
                await put_on_ledger(office, replace(incidents[0], raised_at_ms=NOW_MS))
                await until(lambda: len(told(server)) == 1)
                before = waits_until(office)
                now_ms[0] -= 3_600_000
                await put_on_ledger(office, replace(incidents[1], raised_at_ms=now_ms[0], rule="vault_open"))
                await until(lambda: waits_until(office) != before)
                return before, waits_until(office)

    before, after = asyncio.run(run())
    assert before == NOW_MS + 300_000
    assert abs(before - after - 3_600_000) < 10_000  # the clock of this test stands still between its steps


def waits_until(office: RunningOffice) -> int:
    """Return when the first message of a later stage is tried."""
    with office.records.read() as connection:
        later = [message for message in outbox.search(connection, [State.WAITING]) if message.owed.stage]
    return later[-1].next_at_ms


def dead(office: RunningOffice) -> tuple[outbox.Message, ...]:
    with office.records.read() as connection:
        return outbox.search(connection, [State.DEAD])


def test_a_fault_of_ours_in_one_channel_does_not_silence_another(
    tmp_path: Path, site: Site, incidents: tuple[Incident, ...]
) -> None:
    async def run() -> None:
        with receiver() as server:
            two = telling(site, server.url)
            broken = Webhook(Secret(server.url), Secret("whsec_!", shown="***"))
            destinations = MappingProxyType({"broken": broken, **two.alerts.destinations})
            policy = replace(two.alerts.policies[0], stages=(Stage(0.0, ("broken", "machine")),))
            async with serving(tmp_path, replace(site, alerts=AlertSettings(destinations, (policy,)))) as office:
                await put_on_ledger(office, incidents[0])
                await until(lambda: bool(server.received))

    with capture_logs() as logged:
        asyncio.run(run())
    assert {line["event"] for line in logged} >= {"alert.task_failed"}
