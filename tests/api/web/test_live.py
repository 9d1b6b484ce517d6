"""Live views, what is drawn over them, and what happens, as they are followed by a browser."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Never

import httpx2
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api.auth.permissions import Grant, Role
from api.runtime.office import ChunkKind, LiveChunk
from api.runtime.running import RunningOffice
from api.settings import Site
from api.web import following
from api.web.following import CHECKED_EVERY_S
from api.web.serving import ENDS_WITHIN_S
from custody.acts import Registration, Signature, Signed
from custody.records import changes
from tests.api.web.served import AT_ONE_CAMERA, ServedOffice, served
from vision.items import ItemKind
from vision.situation import Situation
from vision.types import Health, Observation, SlotReading, SlotState, Tracks

LAST: Final = {"online": True, "last": True}
"""What a test says last of a camera."""

NOW_MS = 1_519_200_600_000
INIT = LiveChunk(ChunkKind.INIT, b"ftyp moov", key=False, captured_at_ms=NOW_MS, codec="avc1.64001f")
PIECE = LiveChunk(ChunkKind.FRAGMENT, b"moof mdat", key=True, captured_at_ms=NOW_MS)


class SeeingOffice(RunningOffice):
    """An office whose camera `counter` sends a piece every now and then, and says what it is told to say."""

    sees: Observation | None = None
    watched = 0

    async def live(self, camera: str) -> AsyncIterator[LiveChunk]:
        self._expect(camera)
        self.watched += 1
        try:
            yield INIT
            while True:
                yield PIECE
                await asyncio.sleep(0.02)
        finally:
            self.watched -= 1

    def situation(self) -> Situation:
        observations = {} if self.sees is None else {self.sees.camera: self.sees}
        return Situation(NOW_MS, after_hours=False, observations=observations)


def seen(camera: str = "counter", at_ms: int = NOW_MS) -> Observation:
    """Return what a camera of 640x360 says that sees two people, one of them hidden."""
    tracks = Tracks(
        ids=np.array([7, 9], np.int64),
        xyxy=np.array([[64, 36, 128, 180], [320, 36, 384, 180]], np.float32),
        score=np.array([0.9, 0.8], np.float32),
        born_at_ms=np.array([at_ms - 9000, at_ms - 9000], np.int64),
        seen_at_ms=np.array([at_ms, at_ms - 400], np.int64),
    )
    slots = {"T-01": SlotReading(SlotState.PRESENT), "B-0221": SlotReading(SlotState.OCCLUDED)}
    zones = {"behind-1": (7,), "lobby": ()}
    return Observation(camera, at_ms, Health.CLEAR, (640, 360), tracks, True, zones, slots)


@pytest.fixture
def office(tmp_path: Path, site: Site) -> Iterator[ServedOffice]:
    with served(tmp_path, site, SeeingOffice) as running:
        yield running


@contextmanager
def socket(
    office: ServedOffice, path: str, account: str | None = "viewer", origin: str | None = None
) -> Iterator[ClientConnection]:
    headers = {} if account is None else {"Cookie": office.as_(account).cookie}
    if origin is not None:
        headers["Origin"] = origin
    address = office.address.replace("http", "ws", 1)
    with connect(f"{address}/api/v1{path}", additional_headers=headers, close_timeout=1) as opened:
        yield opened


def _read_on(opened: ClientConnection, within_s: float) -> Never:
    while True:
        opened.recv(timeout=within_s)


def refusal(opened: ClientConnection, within_s: float = 5) -> tuple[int, str]:
    """Return code and reason with which a WebSocket is closed."""
    with pytest.raises(ConnectionClosed) as closed:
        _read_on(opened, within_s)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


def eventually(is_so: Callable[[], bool], within_s: float = 5) -> bool:
    end_s = time.monotonic() + within_s
    while not is_so() and time.monotonic() < end_s:
        time.sleep(0.01)
    return is_so()


def test_a_live_view_is_told_its_codec_and_given_the_pieces_as_they_are(office: ServedOffice) -> None:
    with socket(office, "/cameras/counter/live") as opened:
        told = json.loads(opened.recv(timeout=5))
        assert told == {"codec": "avc1.64001f", "captured_at": "2018-02-21T17:10:00.000+09:00"}
        assert [opened.recv(timeout=5) for _ in range(3)] == [INIT.data, PIECE.data, PIECE.data]


def test_a_live_view_is_on_the_ledger_and_ends_with_whoever_watched(office: ServedOffice) -> None:
    with socket(office, "/cameras/counter/live") as opened:
        opened.recv(timeout=5)
        assert [e.actors for e in office.office.ledger if e.kind == "footage.viewed"] == [("viewer",)]
    assert eventually(lambda: office.office.watched == 0)  # type: ignore[attr-defined]


class PouringOffice(RunningOffice):
    """An office whose camera sends as fast as it is taken from it; counts what was taken."""

    given = 0

    async def live(self, camera: str) -> AsyncIterator[LiveChunk]:
        self._expect(camera)
        yield INIT
        while True:
            self.given += 1
            yield replace(PIECE, data=bytes(1 << 18))
            await asyncio.sleep(0)


def test_who_does_not_read_makes_nothing_pile_up(tmp_path: Path, site: Site) -> None:
    with served(tmp_path, site, PouringOffice) as office, socket(office, "/cameras/counter/live") as slow:
        given: list[int] = []
        while len(given) < 3 or given[-3] != given[-1]:
            time.sleep(0.2)
            given.append(office.office.given)  # type: ignore[attr-defined]
            assert len(given) < 50, f"{given[-1]} pieces were given to somebody who reads nothing"
        with socket(office, "/cameras/counter/live") as quick:
            assert len([quick.recv(timeout=5) for _ in range(given[-1] + 20)]) == given[-1] + 20
        assert json.loads(slow.recv(timeout=5))["codec"]


@pytest.mark.parametrize(
    ("path", "account", "origin", "code"),
    [
        ("/cameras/counter/live", None, None, 4401),
        ("/cameras/vault/live", AT_ONE_CAMERA, None, 4403),
        ("/cameras/counter/live", "viewer", "http://elsewhere.example", 4403),
        ("/cameras/roof/live", "viewer", None, 4404),
        ("/overlay", None, None, 4401),
        ("/overlay", "viewer", "http://elsewhere.example", 4403),
    ],
)
def test_who_may_not_watch_is_told_so_by_the_code_of_the_close(
    office: ServedOffice, path: str, account: str | None, origin: str | None, code: int
) -> None:
    with socket(office, path, account, origin) as opened:
        closed = refusal(opened)
        assert closed[0] == code
        assert closed[1]
    assert office.kinds().count("footage.viewed") == 0


def test_one_session_follows_so_much_at_once_and_no_more(
    office: ServedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_AT_ONCE", 2)
    with socket(office, "/cameras/counter/live") as first, socket(office, "/overlay"):
        first.recv(timeout=5)
        with socket(office, "/cameras/counter/live") as third:
            assert refusal(third)[0] == 4429
        assert office.as_("viewer").get("/changes").status_code == 429
        with socket(office, "/cameras/counter/live", AT_ONE_CAMERA) as other:
            assert other.recv(timeout=5)

    def is_let_in() -> bool:
        with socket(office, "/cameras/counter/live") as again:
            return isinstance(again.recv(timeout=5), str)

    assert eventually(is_let_in)


def test_the_service_ends_although_somebody_follows_it(tmp_path: Path, site: Site) -> None:
    with ExitStack() as stack:
        with served(tmp_path, site, SeeingOffice) as office:
            opened = stack.enter_context(socket(office, "/cameras/counter/live"))
            opened.recv(timeout=5)
            began_s = time.monotonic()
        assert time.monotonic() - began_s < ENDS_WITHIN_S + 10
        assert refusal(opened)[0] == 1012


def test_who_signs_out_watches_no_longer(office: ServedOffice) -> None:
    with socket(office, "/cameras/counter/live") as live, socket(office, "/overlay") as overlay:
        assert office.as_("viewer").post("/access/logout").status_code == 204
        for opened in (live, overlay):
            assert refusal(opened, CHECKED_EVERY_S + 3)[0] == 4401


def test_who_loses_the_permission_watches_no_longer(office: ServedOffice) -> None:
    with socket(office, "/cameras/counter/live", AT_ONE_CAMERA) as opened:
        office.access.people.set_grants((), AT_ONE_CAMERA, (Grant(Role.VIEWER, "tsurumi", "vault"),))
        assert refusal(opened, CHECKED_EVERY_S + 3)[0] == 4403


def test_what_a_camera_says_is_sent_as_fractions_of_its_picture(office: ServedOffice) -> None:
    office.office.sees = seen()  # type: ignore[attr-defined]
    with socket(office, "/overlay") as opened:
        told = json.loads(opened.recv(timeout=5))
    assert told == {
        "camera": "counter",
        "captured_at": "2018-02-21T17:10:00.000+09:00",
        "health": "clear",
        "people": [
            {"track": 7, "box": [0.1, 0.1, 0.2, 0.5], "hidden": False},
            {"track": 9, "box": [0.5, 0.1, 0.6, 0.5], "hidden": True},
        ],
        "zones": {"behind-1": [7], "lobby": []},
        "slots": {"T-01": "present", "B-0221": "occluded"},
    }


def test_nothing_is_sent_twice_and_nothing_of_a_camera_that_may_not_be_seen(office: ServedOffice) -> None:
    with socket(office, "/overlay", AT_ONE_CAMERA) as opened:
        for camera, at_ms in (("vault", NOW_MS), ("counter", NOW_MS + 200), ("counter", NOW_MS + 200)):
            office.office.sees = seen(camera, at_ms)  # type: ignore[attr-defined]
            time.sleep(0.3)
        assert json.loads(opened.recv(timeout=5))["camera"] == "counter"
        with pytest.raises(TimeoutError):
            opened.recv(timeout=0.5)


def register(office: ServedOffice, item: str) -> None:
    registration = Registration(item, ItemKind.TERMINAL, item, vault="vault-door")
    office.office.ledger.record(Signed(registration, NOW_MS, (Signature("sato", NOW_MS),), f"request-{item}").draft())


@contextmanager
def followed(office: ServedOffice, account: str = "viewer", **asked: Any) -> Iterator[Iterator[dict[str, Any]]]:
    """Follow what happens; give events as they come."""
    headers = {} if "last" not in asked else {"Last-Event-ID": str(asked.pop("last"))}
    client = office.as_(account).http
    with client.stream("GET", "/changes", params=asked, headers=headers, timeout=5) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer)


def events(answer: httpx2.Response) -> Iterator[dict[str, Any]]:
    found: dict[str, Any] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if line:
            found[name] = value
        elif "event" in found:
            yield {"event": found["event"], "id": int(found["id"]), "data": json.loads(found["data"])}
            found = {}


def test_what_happens_is_told_at_once_and_gone_on_with_after_a_break(office: ServedOffice) -> None:
    with followed(office) as happening:
        begun = next(happening)
        register(office, "T-01")
        told = next(happening)
    assert (begun["event"], told["event"]) == ("ready", "ledger.appended")
    assert told["data"]["body"]["kind"] == "item.registered"
    register(office, "T-02")
    register(office, "T-03")
    with followed(office, last=told["id"]) as happening:
        assert next(happening)["event"] == "ready"
        kept = [next(happening)["data"]["body"]["seq"] for _ in range(2)]
    assert kept == [told["data"]["body"]["seq"] + 1, told["data"]["body"]["seq"] + 2]


def test_who_was_away_for_too_long_is_told_to_ask_anew(office: ServedOffice) -> None:
    for number in range(3):
        register(office, f"T-{number}")
    assert office.office.flush(5)
    with office.office.records.write() as connection:
        changes.prune(connection, 2**60)
    with followed(office, after=1) as happening:
        assert next(happening)["event"] == "reset"


def test_who_sees_one_camera_hears_of_no_entry_and_only_auditors_hear_who_has_looked(office: ServedOffice) -> None:
    def kinds_heard_by(account: str) -> list[str]:
        office.as_(account)
        with followed(office, account) as happening:
            next(happening)
            office.access.gate.watched(office.principal(account), "counter")
            register(office, f"T-{account}")
            assert office.office.flush(5)
            with office.office.records.write() as connection:
                changes.note(connection, changes.ChangeKind.CAMERA_STATE, NOW_MS, "counter", LAST)
            bodies = iter(lambda: next(happening)["data"]["body"], LAST)
            return [body["kind"] for body in bodies if "kind" in body]  # how cameras fare, the office tells too

    assert kinds_heard_by(AT_ONE_CAMERA) == []
    assert kinds_heard_by("viewer") == ["item.registered"]
    assert kinds_heard_by("auditor") == ["footage.viewed", "item.registered"]


def test_only_who_asked_hears_of_a_job(office: ServedOffice) -> None:
    with followed(office) as happening:
        next(happening)
        with office.office.records.write() as connection:
            for account in ("auditor", "viewer"):
                job = {"id": "1", "kind": "ledger.verify", "account": account, "state": "done", "done": 1, "total": 1}
                changes.note(connection, changes.ChangeKind.JOB_PROGRESS, NOW_MS, None, job)
        told = next(event for event in happening if event["event"] == "job.progress")
    assert told["data"]["body"]["account"] == "viewer"


def test_who_is_switched_off_follows_no_longer(office: ServedOffice) -> None:
    with followed(office) as happening:
        next(happening)
        office.access.people.set_active((), "viewer", active=False)
        assert {event["event"] for event in happening} <= {"camera.state"}, "it ends"


@pytest.mark.parametrize("last", ["-1", "x", str(2**64)])
def test_an_id_that_is_none_is_refused(office: ServedOffice, last: str) -> None:
    assert office.as_("viewer").get("/changes", headers={"Last-Event-ID": last}).status_code == 422
