"""An evening as the running office lives through it: sights, deadlines, and the books held against what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.runtime.clock_watch import ClockWatch
from api.runtime.custodian import Custodian
from api.runtime.keeper import Keeper
from api.runtime.rounds import Rounds
from api.settings import Site
from custody.acts import Act, CheckOut, Registration, Signature, Signed, VaultOpened
from custody.ledger import Ledger
from custody.raising import Raiser
from custody.records import incidents, watching
from custody.records.database import Records
from custody.records.incidents import Query
from custody.records.watching import Told
from custody.sightings import Gap, Seen, Sighting
from tests.api.conftest import START_MS, evening
from vision.incidents import Incident
from vision.items import ItemKind
from vision.situation import Situation
from vision.types import Observation

MORNING_MS = START_MS - 9 * 3_600_000
THINGS = (
    Registration("vault-door", ItemKind.DOOR, "保管庫", slot="vault-door"),
    Registration("T-01", ItemKind.TERMINAL, "交付用端末 1", vault="vault-door", slot="T-01"),
)


class Office:
    """A running office without cameras: what they saw on that evening is shown to it as time is let go on."""

    def __init__(self, folder: Path, site: Site, ledger: Ledger) -> None:
        self.now_ms = START_MS
        self.site = site
        self.ledger = ledger
        self.records = Records.open(folder)
        self.keeper = Keeper(ledger, self.records, lambda *_: None, lambda: self.now_ms)
        self.keeper.start()
        self.seen: dict[str, Observation] = {}
        self.open()

    def open(self) -> None:
        self.custodian = Custodian(self.site, Raiser(self.site.id, self.site.hours), MORNING_MS)
        self.custodian.take(self.ledger)
        self.ledger.on_recorded(self.custodian.take)
        self.rounds = Rounds(self.site, self.custodian, self.keeper, self.records, self.look, lambda: self.now_ms)

    def look(self) -> Situation:
        return Situation(self.now_ms, after_hours=True, observations=dict(self.seen))

    def live(self, until_s: float) -> None:
        """Let the evening go on until so many seconds after its beginning."""
        for observation in evening():
            if START_MS + until_s * 1000 < observation.captured_at_ms:
                break
            if observation.captured_at_ms < self.now_ms:
                continue
            self.seen[observation.camera] = observation
            if observation.camera == "vault":
                self.now_ms = observation.captured_at_ms
                self.rounds.step()
        assert self.keeper.flush(10)

    def pass_s(self, seconds: float) -> None:
        """Let time go on while everything stays as it is seen."""
        for _ in range(round(seconds)):
            self.now_ms += 1000
            self.rounds.step()
        assert self.keeper.flush(10)

    def sign(self, *acts: Act, at_ms: int) -> None:
        for act in acts:
            signatures = tuple(Signature(name, at_ms) for name in ("sato", "suzuki")[: act.SIGNERS])
            request = f"request-{len(self.ledger)}"
            self.ledger.record(Signed(act, at_ms, signatures, request).draft())

    def raised(self, rule: str) -> list[Incident]:
        with self.records.read() as connection:
            return [kept.incident for kept in incidents.search(connection, Query(rule=rule)).kept]

    def lasting(self) -> tuple[Told, ...]:
        with self.records.read() as connection:
            return watching.lasting(connection)

    def newest(self, what: Seen, subject: str) -> tuple[Sighting, ...]:
        with self.records.read() as connection:
            return watching.newest(connection, what, subject, 10)

    def close(self) -> None:
        self.keeper.close()
        self.records.close()


@pytest.fixture
def office(tmp_path: Path, site: Site) -> Iterator[Office]:
    with Ledger.create(tmp_path / "ledger", site.id) as ledger:
        opened = Office(tmp_path, site, ledger)
        opened.sign(*THINGS, at_ms=MORNING_MS)
        yield opened
        opened.close()


def test_what_lasts_is_known_since_when_and_what_is_over_until_when(office: Office) -> None:
    office.live(220)
    present, absent = (office.newest(what, "T-01") for what in (Seen.ITEM_PRESENT, Seen.ITEM_ABSENT))
    assert [(one.from_ms, one.to_ms) for one in absent] == [(START_MS + 180_000, None)]
    assert [(one.from_ms, one.to_ms) for one in present] == [(START_MS, START_MS + 171_500)]
    (opened,) = office.newest(Seen.VAULT_OPEN, "vault-door")
    assert (opened.from_ms, opened.to_ms) == (START_MS + 200_000, None)
    office.live(240)
    (opened,) = office.newest(Seen.VAULT_OPEN, "vault-door")
    assert (opened.from_ms, opened.to_ms) == (START_MS + 200_000, START_MS + 229_500)


def test_a_covered_camera_is_a_gap_while_it_is_covered(office: Office) -> None:
    office.live(250)
    gaps = [one for one in office.lasting() if isinstance(one, Gap)]
    assert [(one.camera, one.from_ms, one.why) for one in gaps] == [("counter", START_MS + 240_000, "covered")]


def test_a_vault_that_is_opened_with_no_entry_is_raised_when_the_window_has_passed(office: Office) -> None:
    office.live(240)
    assert office.raised("unlogged_vault_access") == []
    office.pass_s(office.site.custody.tolerance_ms / 1000)
    (raised,) = office.raised("unlogged_vault_access")
    assert (raised.item, raised.camera, raised.began_at_ms) == ("vault-door", "vault", START_MS + 200_000)
    assert raised.ended_at_ms == START_MS + 229_500
    office.pass_s(60)
    assert office.raised("unlogged_vault_access") == [raised]


def test_an_opening_that_was_signed_for_raises_nothing(office: Office) -> None:
    office.live(200)
    office.sign(VaultOpened("vault-door"), at_ms=office.now_ms)
    office.live(240)
    office.pass_s(office.site.custody.tolerance_ms / 1000 + 30)
    assert office.raised("unlogged_vault_access") == []


def test_a_terminal_that_is_not_where_the_ledger_says_is_told_until_an_entry_explains_it(office: Office) -> None:
    office.sign(CheckOut("T-01"), at_ms=START_MS)
    office.live(235)
    office.seen["counter"] = next(seen for seen in evening() if seen.captured_at_ms > START_MS + 190_000)
    office.pass_s(office.site.custody.tolerance_ms / 1000)
    (raised,) = office.raised("item_not_where_ledger_says")
    assert (raised.item, raised.began_at_ms, raised.ended_at_ms) == ("T-01", START_MS + 180_000, None)
    office.pass_s(60)
    assert len(office.raised("item_not_where_ledger_says")) == 1


def test_deadlines_of_the_closing_pass_as_time_does(office: Office) -> None:
    office.pass_s(3600)
    steps = {one.why["step"] for one in office.raised("closing_overdue")}
    assert {"items_counted", "sheet_signed"} <= steps


def test_what_was_seen_when_the_service_stopped_is_over_and_from_then_on_nobody_saw(office: Office) -> None:
    office.live(190)
    office.now_ms += 600_000
    office.open()
    (absent,) = office.newest(Seen.ITEM_ABSENT, "T-01")
    assert absent.to_ms == START_MS + 190_000
    with office.records.read() as connection:
        watch = watching.load(connection, START_MS, {})
    stopped = [one for one in watch.gaps if one.why == "without footage" and one.interval[1] > START_MS + 190_000]
    assert {(one.camera, one.from_ms, one.to_ms) for one in stopped} == {
        (camera, START_MS + 190_000, office.now_ms) for camera in ("counter", "vault")
    }


def test_a_clock_that_is_set_back_ends_what_lasts_and_looks_on_from_then(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.live(190)
    hour_ms = 3_600_000
    monkeypatch.setattr(office.rounds, "_clock_watch", ClockWatch(lambda: office.now_ms, lambda: 0.0))
    office.now_ms -= hour_ms
    office.pass_s(3)
    (absent, before) = office.newest(Seen.ITEM_ABSENT, "T-01")
    assert (absent.from_ms, absent.to_ms) == (START_MS + 180_000, START_MS + 190_000)
    assert (before.from_ms, before.to_ms) == (START_MS + 191_000 - hour_ms, None)


def test_another_site_file_ends_what_lasts_and_looks_on(office: Office) -> None:
    office.live(190)
    office.rounds.replace_site(office.site)
    office.live(195)
    found = office.newest(Seen.ITEM_ABSENT, "T-01")
    assert [(one.from_ms, one.to_ms) for one in found] == [
        (START_MS + 190_000, None),
        (START_MS + 180_000, START_MS + 190_000),
    ]
