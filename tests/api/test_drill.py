"""A drill in a running office, with its real ledger and database; what the cameras see, the test says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from api.drill import Drills
from api.runtime.office import CameraState
from api.runtime.running import RunningOffice
from api.settings import Site
from custody.drills import RULE, Drill, Outcome
from custody.errors import RefusedError
from custody.incidents import beginning_entries
from custody.records import incidents
from custody.records.database import Records
from custody.records.incidents import State
from vision.incidents import Incident
from vision.situation import Situation
from vision.types import Health, Observation, SlotReading, SlotState

NOW_MS = 1_519_200_600_000


def seen(state: SlotState, health: Health = Health.CLEAR) -> Situation:
    """Return what the camera at the counter says of T-01."""
    counter = Observation("counter", NOW_MS, health, (640, 360), slots={"T-01": SlotReading(state)})
    return Situation(NOW_MS, after_hours=True, observations={"counter": counter})


class WatchedOffice(RunningOffice):
    """An office whose cameras see what it is told."""

    sight = seen(SlotState.PRESENT)
    online = True

    def situation(self) -> Situation:
        return self.sight

    def cameras(self) -> Mapping[str, CameraState]:
        return {name: CameraState(name, online=self.online) for name in ("counter", "vault")}


def ordered(within_s: float = 10.0, *, item: str = "T-01", tells: bool = False) -> Drill:
    return Drill("drill-1", item, "sato", round(within_s * 1000), tells, NOW_MS)


@pytest.fixture
def removal(incidents: tuple[Incident, ...]) -> Incident:
    return replace(
        next(incident for incident in incidents if incident.rule == RULE),
        began_at_ms=NOW_MS + 2_000,
        raised_at_ms=NOW_MS + 5_000,
    )


Happens = Callable[[WatchedOffice], None]


def is_raised(incident: Incident) -> Happens:
    """Have an incident come upon the ledger."""

    def happens(office: WatchedOffice) -> None:
        office.ledger.record_all(beginning_entries(incident))

    return happens


def conducted(
    folder: Path, site: Site, drill: Drill, happens: Happens = lambda _: None
) -> tuple[Outcome, list[str], list[Incident], State | None]:
    """Conduct a drill while something happens; return what came of it, the entries, who was told, and its state."""
    told: list[Incident] = []
    drills = Drills()

    def tell(_connection: Connection, incident: Incident) -> None:
        told.append(incident)

    async def run() -> tuple[Outcome, list[str]]:
        with WatchedOffice.open(folder, site, drills.quiet(tell), lambda: NOW_MS) as office:
            running = await drills.begin(office, drill)
            await asyncio.to_thread(happens, office)
            return await running, [entry.kind for entry in office.ledger]

    outcome, kinds = asyncio.run(run())
    with Records.open(folder) as records, records.read() as connection:
        kept = None if outcome.incident is None else incidents.find(connection, outcome.incident.id)
    return outcome, kinds, told, None if kept is None else kept.state


def test_a_removal_in_time_passes_the_drill_is_explained_by_it_and_calls_nobody(
    tmp_path: Path, site: Site, removal: Incident
) -> None:
    outcome, kinds, told, state = conducted(tmp_path, site, ordered(), is_raised(removal))
    assert (outcome.passed, outcome.took_ms) == (True, 5_000)
    assert kinds == ["drill.started", "incident.raised", "incident.explained", "drill.ended"]
    assert state is State.EXPLAINED
    assert told == []


def test_a_drill_that_is_to_be_told_calls_people(tmp_path: Path, site: Site, removal: Incident) -> None:
    _, _, told, _ = conducted(
        tmp_path,
        site,
        ordered(tells=True),
        is_raised(removal),
    )
    assert [incident.id for incident in told] == [removal.id]


def test_what_happens_meanwhile_elsewhere_is_told_as_ever(tmp_path: Path, site: Site, removal: Incident) -> None:
    other = replace(removal, id="other", item="B-0221")
    outcome, _, told, _ = conducted(
        tmp_path,
        site,
        ordered(0.1),
        is_raised(other),
    )
    assert not outcome.passed
    assert [incident.id for incident in told] == ["other"]


def at_the_end(sight: Situation, *, online: bool = True) -> Happens:
    def happens(office: WatchedOffice) -> None:
        office.sight, office.online = sight, online

    return happens


@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (at_the_end(seen(SlotState.PRESENT)), "still sees T-01 in its place"),
        (at_the_end(seen(SlotState.ABSENT)), "sees that T-01 is gone, and nothing was raised"),
        (at_the_end(seen(SlotState.OCCLUDED)), "something stood before the place of T-01"),
        (at_the_end(seen(SlotState.UNKNOWN, Health.COVERED), online=False), "no camera could see .*counter offline"),
    ],
)
def test_a_drill_in_which_nothing_is_raised_says_what_failed(
    tmp_path: Path, site: Site, happens: Happens, says: str
) -> None:
    outcome, kinds, _, _ = conducted(tmp_path, site, ordered(0.1), happens)
    assert kinds == ["drill.started", "drill.ended"]
    assert outcome.failure is not None
    assert re.search(says, outcome.failure)


def refused(folder: Path, site: Site, drill: Drill, sight: Situation) -> str:
    """Return why a drill is not even begun."""

    async def run() -> str:
        with WatchedOffice.open(folder, site, clock=lambda: NOW_MS) as office:
            office.sight = sight
            with pytest.raises(RefusedError) as error:
                await Drills().begin(office, drill)
            assert not len(office.ledger)
        return str(error.value)

    return asyncio.run(run())


def test_a_drill_that_cannot_succeed_is_not_begun(tmp_path: Path, site: Site) -> None:
    present = seen(SlotState.PRESENT)
    assert "no camera has a slot for 'T-09'" in refused(tmp_path, site, ordered(item="T-09"), present)
    assert "T-01 is absent to counter" in refused(tmp_path, site, ordered(), seen(SlotState.ABSENT))
    silent = replace(site, rules={name: rule for name, rule in site.rules.items() if name != RULE})
    assert f"the rule {RULE} is off" in refused(tmp_path, silent, ordered(), present)


def test_two_drills_never_run_at_once(tmp_path: Path, site: Site) -> None:
    async def run() -> None:
        drills = Drills()
        with WatchedOffice.open(tmp_path, site, clock=lambda: NOW_MS) as office:
            first = await drills.begin(office, ordered(0.1))
            with pytest.raises(RefusedError, match="under way"):
                await drills.begin(office, replace(ordered(), id="drill-2"))
            await first

    asyncio.run(run())


def test_a_drill_that_is_broken_off_has_no_end_and_hides_nothing_any_more(
    tmp_path: Path, site: Site, removal: Incident
) -> None:
    told: list[Incident] = []
    drills = Drills()

    async def run() -> list[str]:
        with WatchedOffice.open(
            tmp_path, site, drills.quiet(lambda _, incident: told.append(incident)), lambda: NOW_MS
        ) as office:
            running = await drills.begin(office, ordered())
            drills.close()
            await asyncio.wait([running])
            office.ledger.record_all(beginning_entries(removal))
            assert office.flush(5)
            return [entry.kind for entry in office.ledger]

    assert asyncio.run(run()) == ["drill.started", "incident.raised"]
    assert [incident.id for incident in told] == [removal.id]
