"""`kuraban footage` as it is typed, on footage of one evening."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT, NOT_INTACT
from api.footage.index import reindex
from custody.records.database import FILE, Records
from streams.segments import segment_path, sidecar_path
from tests.api.footage.recorded import BACK_MS, record_evening
from tests.streams.told import BEGAN_MS

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    record_evening(folder / "footage", tmp_path)
    with Records.open(folder) as records:
        reindex(records, folder / "footage")
    return folder


def test_a_list_has_what_was_recorded_and_what_was_not_with_its_cause(run: Run, data: Path) -> None:
    listed = run("footage", "list", "--data", data, "--to", "2018-02-21T17:01:20+09:00", "--json")
    assert json.loads(listed.stdout) == [
        {
            "camera": "counter",
            "recorded": [
                {"from": "2018-02-21T08:00:00.000Z", "to": "2018-02-21T08:00:40.000Z"},
                {"from": "2018-02-21T08:01:00.000Z", "to": "2018-02-21T08:01:20.000Z"},
            ],
            "gaps": [{"from": "2018-02-21T08:00:40.000Z", "to": "2018-02-21T08:01:00.000Z", "cause": "offline"}],
        }
    ]
    shown = run("footage", "list", "--data", data, "--camera", "counter", "--from", "2018-02-21T17:00:45+09:00")
    assert (shown.exit_code, "offline" in shown.stdout) == (0, True)


def test_footage_that_is_as_it_was_recorded_is_told_so(run: Run, data: Path) -> None:
    verified = run("footage", "verify", "--data", data)
    assert (verified.exit_code, "6 segments" in verified.stdout, "nothing wrong" in verified.stdout) == (
        0,
        True,
        True,
    )


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-500])


def renamed(path: Path) -> None:
    path.rename(path.with_name(f"{int(path.stem) + 1}.mp4"))


def without_sidecar(path: Path) -> None:
    sidecar_path(path).unlink()


def other_sidecar(path: Path) -> None:
    sidecar = sidecar_path(path)
    sidecar.write_text(json.dumps(json.loads(sidecar.read_text()) | {"frames": 149}))


def put_aside(path: Path) -> None:
    path.with_suffix(".damaged").write_bytes(b"not what it was")


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (put_aside, "it does not say what it holds"),
        (flipped, "the digest is not that of its sidecar"),
        (cut_off, "breaks off at byte"),
        (Path.unlink, "its segment is missing"),
        (renamed, "the sidecar cannot be read"),
        (without_sidecar, "the sidecar cannot be read"),
        (other_sidecar, "it has 150 frames; its sidecar says 149"),
    ],
)
def test_whatever_is_done_to_a_segment_is_found_and_named(
    run: Run, data: Path, harm: Callable[[Path], object], says: str
) -> None:
    harm(segment_path(data / "footage", "counter", BACK_MS))
    verified = run("footage", "verify", "--data", data)
    assert verified.exit_code == NOT_INTACT
    assert says in verified.stdout
    assert str(BACK_MS) in verified.stdout


def test_the_quick_look_leaves_the_digests_out(run: Run, data: Path) -> None:
    flipped(segment_path(data / "footage", "counter", BACK_MS))
    assert run("footage", "verify", "--data", data, "--quick").exit_code == 0


def test_an_index_that_does_not_agree_is_found_and_made_anew(run: Run, data: Path) -> None:
    path = segment_path(data / "footage", "counter", BEGAN_MS)
    path.unlink()
    sidecar_path(path).unlink()
    verified = run("footage", "verify", "--data", data)
    assert (verified.exit_code, "that is not on the disk" in verified.stdout) == (NOT_INTACT, True)
    (data / FILE).unlink()
    done = run("footage", "reindex", "--data", data)
    assert (done.exit_code, "5 segments in the index" in done.stdout) == (0, True)
    assert run("footage", "verify", "--data", data).exit_code == 0


def test_a_sidecar_that_is_no_good_is_told_when_the_index_is_made(run: Run, data: Path) -> None:
    without_sidecar(segment_path(data / "footage", "counter", BEGAN_MS))
    done = run("footage", "reindex", "--data", data)
    assert done.exit_code == NOT_INTACT
    assert f"{BEGAN_MS}.json" in done.stderr


@pytest.mark.parametrize("command", ["list", "reindex"])
def test_a_folder_that_is_no_data_folder_is_refused(run: Run, tmp_path: Path, command: str) -> None:
    refused = run("footage", command, "--data", tmp_path / "nowhere")
    assert (refused.exit_code, "nowhere" in refused.stderr) == (BAD_INPUT, True)


def test_a_camera_without_footage_is_refused_with_those_that_there_are(run: Run, data: Path) -> None:
    refused = run("footage", "verify", "--data", data, "--camera", "lobby")
    assert (refused.exit_code, "there is of counter" in refused.stderr) == (BAD_INPUT, True)


def test_the_doctor_says_whether_index_and_disk_agree(run: Run, data: Path) -> None:
    def finding() -> dict[str, object]:
        report = json.loads(run("doctor", "--data", data, "--model", "none", "--json").stdout)
        [found] = [one for one in report["findings"] if one["check"] == "footage"]
        return dict(found)

    assert finding()["verdict"] == "good"
    segment_path(data / "footage", "counter", BEGAN_MS).unlink()
    told = finding()
    assert (told["verdict"], "1 of the index are not on the disk" in str(told["says"])) == ("warning", True)
