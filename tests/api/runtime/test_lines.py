"""Cameras' processes on the socket of the core: what they say is judged, shown and answered."""

from __future__ import annotations

import asyncio
import stat
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from api.runtime.line import MOST_WAITING
from api.runtime.messages import GoBy, Hello, Live, Message, Picture, Report, Seen, TakePicture, Watch, pack, receive
from api.runtime.office import CameraState, ChunkKind, LiveChunk, NothingSeenError, Snapshot
from api.runtime.running import RunningOffice
from api.runtime.whereabouts import core_socket, is_served
from api.settings import Site
from tests.api.runtime.builders import NOW_MS, Clock, counter

ONLINE = CameraState("counter", online=True, fps=5.0)
INIT = LiveChunk(ChunkKind.INIT, b"init", key=True, captured_at_ms=NOW_MS, codec="avc1.640028")


def fragment(number: int, *, key: bool = False) -> LiveChunk:
    return LiveChunk(ChunkKind.FRAGMENT, str(number).encode(), key, NOW_MS + number)


class Process:
    """A camera's process, as far as the core can tell."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, *messages: Message) -> None:
        self._writer.writelines(map(pack, messages))
        await self._writer.drain()

    async def hear(self) -> Message | None:
        return await asyncio.wait_for(receive(self._reader), 5)

    def end(self) -> None:
        self._writer.close()


class Core:
    """An office whose clock stands still, on its socket."""

    def __init__(self, folder: Path, office: RunningOffice, clock: Clock) -> None:
        self._folder = folder
        self.office = office
        self.clock = clock
        self._processes: list[Process] = []

    async def camera(self, pid: int = 1, goes_by: str = "") -> Process:
        process = Process(*await asyncio.open_unix_connection(core_socket(self._folder)))
        self._processes.append(process)
        await process.say(Hello("counter", pid, goes_by, {"model": "none"}), Report(ONLINE))
        await self.until(lambda: self.state.online)
        return process

    @property
    def state(self) -> CameraState:
        return self.office.cameras()["counter"]

    def end(self) -> None:
        for process in self._processes:
            process.end()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.01)


@asynccontextmanager
async def core(folder: Path, site: Site) -> AsyncIterator[Core]:
    clock = Clock()
    with RunningOffice.open(folder, site, clock=clock) as office:
        async with office.listening():
            made = Core(folder, office, clock)
            yield made
            made.end()


def run(test: Callable[[Core], Awaitable[None]], folder: Path, site: Site) -> None:
    async def within() -> None:
        async with core(folder, site) as one:
            await test(one)

    asyncio.run(within())


def test_what_a_camera_says_is_judged_and_how_it_fares_is_known(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        process = await core.camera()
        await process.say(Seen(counter(NOW_MS)))
        await core.until(lambda: core.office.situation().observations)
        assert (core.state.fps, core.state.restarts) == (5.0, 0)
        assert core.office.cameras()["vault"].reason == "its process has not begun yet"

    run(test, tmp_path, site)


def test_a_camera_whose_process_has_ended_is_offline_until_it_is_back_and_that_is_counted(
    tmp_path: Path, site: Site
) -> None:
    async def test(core: Core) -> None:
        process = await core.camera(pid=1)
        process.end()
        await core.until(lambda: not core.state.online)
        assert core.state.reason == "its process has ended and is being started anew"
        await core.camera(pid=2)
        assert core.state.restarts == 1

    run(test, tmp_path, site)


def test_a_process_that_reports_nothing_any_more_does_not_count_as_online(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        await core.camera()
        core.clock.at_ms += 7_000
        assert (core.state.online, core.state.reason) == (False, "its process does not answer")

    run(test, tmp_path, site)


def test_the_newest_picture_is_asked_for_once_however_many_want_it(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        process = await core.camera()
        wanted = [asyncio.ensure_future(core.office.snapshot("counter")) for _ in range(3)]
        assert await process.hear() == TakePicture()
        await process.say(Picture(Snapshot(b"jpeg", NOW_MS)))
        assert await asyncio.gather(*wanted) == [Snapshot(b"jpeg", NOW_MS)] * 3

    run(test, tmp_path, site)


def test_why_there_is_no_picture_is_told(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        process = await core.camera()
        wanted = asyncio.ensure_future(core.office.snapshot("counter"))
        await process.hear()
        await process.say(Picture(None, "it has sent no picture yet"))
        with pytest.raises(NothingSeenError, match="camera counter: it has sent no picture yet"):
            await wanted
        wanted = asyncio.ensure_future(core.office.snapshot("counter"))
        await process.hear()
        process.end()
        with pytest.raises(NothingSeenError, match="its process has ended"):
            await wanted

    run(test, tmp_path, site)


def test_the_live_stream_is_sent_while_somebody_watches_and_only_then(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        process = await core.camera()
        stream = core.office.live("counter")
        first = asyncio.ensure_future(anext(stream))
        assert await process.hear() == Watch(wanted=True)
        await process.say(Live(INIT), Live(fragment(1, key=True)))
        assert [await first, await anext(stream)] == [INIT, fragment(1, key=True)]
        await stream.aclose()  # type: ignore[attr-defined]
        assert await process.hear() == Watch(wanted=False)

    run(test, tmp_path, site)


def test_a_second_watcher_begins_with_the_running_group_of_pictures(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        process = await core.camera()
        stream = core.office.live("counter")
        first = asyncio.ensure_future(anext(stream))
        sent = [INIT, fragment(1, key=True), fragment(2), fragment(3, key=True), fragment(4)]
        await process.say(*map(Live, sent))
        seen = [await first, *[await anext(stream) for _ in sent[1:]]]
        assert seen == sent
        second = core.office.live("counter")
        assert [await anext(second) for _ in range(3)] == [INIT, fragment(3, key=True), fragment(4)]

    run(test, tmp_path, site)


def test_a_group_of_pictures_that_is_longer_than_what_may_wait_reaches_a_second_watcher_whole(
    tmp_path: Path, site: Site
) -> None:
    group = [fragment(0, key=True), *(fragment(n) for n in range(1, MOST_WAITING + 10))]

    async def test(core: Core) -> None:
        process = await core.camera()
        first = core.office.live("counter")
        watched = asyncio.ensure_future(anext(first))
        await process.hear()
        await process.say(Live(INIT), *map(Live, group), Report(replace(ONLINE, fps=1.0)))
        await watched
        await core.until(lambda: core.state.fps == 1)
        second = core.office.live("counter")
        assert [await asyncio.wait_for(anext(second), 5) for _ in range(len(group) + 1)] == [INIT, *group]

    run(test, tmp_path, site)


def test_a_slow_watcher_loses_whole_fragments_and_goes_on_at_a_key_frame(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        process = await core.camera()
        stream = core.office.live("counter")
        first = asyncio.ensure_future(anext(stream))
        await process.hear()
        await process.say(Live(INIT))
        assert await first == INIT
        await process.say(*(Live(fragment(n)) for n in range(MOST_WAITING + 10)))
        await process.say(Report(replace(ONLINE, fps=1.0)))
        await core.until(lambda: core.state.fps == 1)
        waiting = [await anext(stream) for _ in range(MOST_WAITING)]
        await process.say(Live(fragment(900)), Live(fragment(901, key=True)))
        assert waiting == [fragment(n) for n in range(MOST_WAITING)]
        assert await anext(stream) == fragment(901, key=True)

    run(test, tmp_path, site)


def test_a_new_process_is_told_at_once_that_somebody_watches(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        process = await core.camera(pid=1)
        stream = core.office.live("counter")
        watching = asyncio.ensure_future(anext(stream))
        await process.hear()
        process.end()
        again = await core.camera(pid=2)
        assert await again.hear() == Watch(wanted=True)
        watching.cancel()

    run(test, tmp_path, site)


def test_a_camera_that_goes_by_an_older_site_file_is_given_the_one_in_force(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTER_PASSWORD", "correct-horse-battery")

    async def test(core: Core) -> None:
        process = await core.camera(goes_by=site.digest)
        site.path.write_text(site.text.replace("source: vault.mp4", "source: replay:vault.mp4"), encoding="utf-8")
        await core.office.reload()
        content = site.path.read_bytes()
        assert await process.hear() == GoBy(content)
        late = await core.camera(pid=2, goes_by=site.digest)
        assert await late.hear() == GoBy(content)

    run(test, tmp_path, site)


def test_whoever_sends_rubbish_is_sent_away_and_the_others_go_on(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        await core.camera()
        reader, writer = await asyncio.open_unix_connection(core_socket(tmp_path))
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert core.state.online
        writer.close()

    run(test, tmp_path, site)


def test_only_the_owner_reaches_the_socket_and_a_served_folder_is_known(tmp_path: Path, site: Site) -> None:
    async def test(core: Core) -> None:
        assert stat.S_IMODE(core_socket(tmp_path).parent.stat().st_mode) == 0o700
        assert await asyncio.to_thread(is_served, tmp_path)
        await core.camera()  # whoever only looked has gone by then

    run(test, tmp_path, site)
    assert not is_served(tmp_path)
