"""Fetching weights, from a server that does what servers do."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.download import CHUNK_BYTES, UNFINISHED, download
from models.errors import DownloadError, WeightsAlteredError
from models.manifest import ManifestEntry, manifest

CONTENT = bytes(range(256)) * 1024
"""Four chunks."""


@dataclass
class Shelf:
    """What the server offers, how it behaves, and which ranges it was asked for."""

    content: bytes = CONTENT
    knows_ranges: bool = True
    breaks_off_after: int | None = None
    status: HTTPStatus = HTTPStatus.OK
    ranges: list[str | None] = field(default_factory=list)


def _handler(shelf: Shelf) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers["Range"]
            shelf.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and shelf.knows_ranges else 0
            if shelf.status is not HTTPStatus.OK or start >= len(shelf.content):
                self.send_error(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE if start else shelf.status)
                return
            body = shelf.content[start:]
            self.send_response(HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: shelf.breaks_off_after])

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

        def log_error(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    return Handler


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def entry(shelf: Shelf) -> Iterator[ManifestEntry]:
    """A detector whose file a server on this machine offers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(shelf)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield replace(
            manifest()["yolox_nano"],
            url=f"http://127.0.0.1:{server.server_port}/yolox_nano.onnx",
            size_bytes=len(CONTENT),
            sha256=hashlib.sha256(CONTENT).hexdigest(),
        )
        server.shutdown()
        thread.join()


@pytest.fixture
def unfinished(tmp_path: Path, entry: ManifestEntry) -> Path:
    return tmp_path / (entry.file + UNFINISHED)


def test_a_file_is_fetched_whole_and_its_growth_is_told(entry: ManifestEntry, tmp_path: Path) -> None:
    told: list[int] = []
    path = download(entry, tmp_path / "new" / "folder", told.append)
    assert path == tmp_path / "new" / "folder" / entry.file
    assert path.read_bytes() == CONTENT
    assert [path.name for path in path.parent.iterdir()] == [entry.file]
    assert told == [*range(0, len(CONTENT), CHUNK_BYTES), len(CONTENT)]


def test_a_download_that_broke_off_goes_on_where_it_stopped(
    entry: ManifestEntry, shelf: Shelf, tmp_path: Path, unfinished: Path
) -> None:
    shelf.breaks_off_after = 100_000
    with pytest.raises(DownloadError, match=r"broke off after 100000 of 262144 bytes"):
        download(entry, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [unfinished.name]
    shelf.breaks_off_after = None
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert shelf.ranges == [None, "bytes=100000-"]


def test_a_server_that_knows_no_ranges_sends_everything_again(
    entry: ManifestEntry, shelf: Shelf, tmp_path: Path, unfinished: Path
) -> None:
    unfinished.write_bytes(CONTENT[:1000])
    shelf.knows_ranges = False
    assert download(entry, tmp_path).read_bytes() == CONTENT


def test_what_was_fetched_whole_before_is_not_fetched_again(
    entry: ManifestEntry, shelf: Shelf, tmp_path: Path, unfinished: Path
) -> None:
    unfinished.write_bytes(CONTENT)
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert shelf.ranges == []


@pytest.mark.parametrize(
    "content", [CONTENT[:-1] + b"?", CONTENT + b"?", CONTENT * 100], ids=["altered", "longer", "endless"]
)
def test_another_file_is_refused_and_nothing_of_it_stays(
    entry: ManifestEntry, shelf: Shelf, tmp_path: Path, content: bytes
) -> None:
    shelf.content = content
    with pytest.raises(WeightsAlteredError, match=entry.sha256):
        download(entry, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_file_does_not_replace_the_right_one(entry: ManifestEntry, shelf: Shelf, tmp_path: Path) -> None:
    path = download(entry, tmp_path)
    shelf.content = CONTENT[::-1]
    with pytest.raises(WeightsAlteredError):
        download(entry, tmp_path)
    assert path.read_bytes() == CONTENT


def test_a_beginning_that_is_not_of_this_file_costs_one_more_run(
    entry: ManifestEntry, tmp_path: Path, unfinished: Path
) -> None:
    unfinished.write_bytes(b"of an older release")
    with pytest.raises(WeightsAlteredError, match="run the command again"):
        download(entry, tmp_path)
    assert download(entry, tmp_path).read_bytes() == CONTENT


def test_a_beginning_longer_than_the_file_is_thrown_away(
    entry: ManifestEntry, tmp_path: Path, unfinished: Path
) -> None:
    unfinished.write_bytes(CONTENT * 2)
    with pytest.raises(DownloadError, match="416"):
        download(entry, tmp_path)
    assert download(entry, tmp_path).read_bytes() == CONTENT


def test_a_refusal_names_the_address_and_the_origin(entry: ManifestEntry, shelf: Shelf, tmp_path: Path) -> None:
    shelf.status = HTTPStatus.NOT_FOUND
    with pytest.raises(DownloadError) as caught:
        download(entry, tmp_path)
    assert f"{entry.url} answers 404" in str(caught.value)
    assert entry.origin in str(caught.value)


def _closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.mark.parametrize("address", [_closed_port, lambda: "http://no-such-host.invalid/"], ids=["closed", "no name"])
def test_without_a_network_it_says_so_and_what_to_do(
    entry: ManifestEntry, tmp_path: Path, unfinished: Path, address: Callable[[], str]
) -> None:
    unfinished.write_bytes(CONTENT[:1000])
    with pytest.raises(DownloadError, match=r"no connection .*\(1000 of 262144 bytes are kept\)"):
        download(replace(entry, url=address()), tmp_path)
    assert unfinished.read_bytes() == CONTENT[:1000]


def test_a_detector_without_an_address_is_to_be_fetched_by_hand(entry: ManifestEntry, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="no address is known"):
        download(replace(entry, url=None), tmp_path)
    assert list(tmp_path.iterdir()) == []
