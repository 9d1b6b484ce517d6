"""`kuraban evidence release`: a copy that may be given to others, and what it says of its original."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from c2pa import Reader

from api.exits import BAD_INPUT, UNREADABLE
from api.outputs import ObservationWriter
from custody.entries import Draft
from custody.ledger import Ledger, LedgerReader
from streams.credentials import ORIGINAL_LABEL
from streams.records import SourceOptions
from streams.source import open_source
from tests.api.conftest import START_MS
from tests.evidence.authority import make_signer
from tests.evidence.conftest import BY, GONE, Office, run
from tests.evidence.test_export import manifest_of, summary_of
from vision.types import Frame, Health, Image, Observation, Tracks

WHERE = (0.25, 0.25, 0.75, 0.75)
"""Where track 1 of the counter stands all the time, in fractions."""


def observations(camera: str = "counter", sought: bool = True) -> Iterator[Observation]:
    box = np.array([WHERE], np.float32) * np.array([160, 96, 160, 96], np.float32)
    for at_ms in range(START_MS, START_MS + 60_000, 200):
        one = np.array([1], np.int64)
        tracks = Tracks(one, box.copy(), np.ones(1, np.float32), one * START_MS, one * at_ms)
        yield Observation(camera, at_ms, Health.CLEAR, (160, 96), tracks, people_sought=sought)


def observed(office: Office, *found: Iterator[Observation]) -> None:
    """Write the observations of the office's analysis."""
    with ObservationWriter(office.folder / "observations.parquet") as writer:
        for one in found:
            for observation in one:
                writer.write(observation)


@pytest.fixture(scope="module")
def model_original(model_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office with the package of its incident, and with observations of the person in its clip."""
    office = Office(tmp_path_factory.mktemp("released") / "office")
    shutil.copytree(model_office, office.base)
    observed(office, observations())
    run(*office.asks_for(office.base / "original"))
    return office.base


@pytest.fixture
def original(office: Office, model_original: Path) -> Path:
    """The package that is to be copied, in an office of one's own."""
    shutil.copytree(model_original, office.base, dirs_exist_ok=True)
    return office.base / "original"


def asks_to_release(office: Office, original: Path, *more: str) -> tuple[str, ...]:
    where = ("--folder", str(office.folder), "--site", str(office.site), "--out", str(office.base / "copy"))
    return ("release", str(original), *where, *BY, *more)


def released(office: Office, original: Path, *more: str) -> Path:
    run(*asks_to_release(office, original, *more))
    return office.base / "copy"


def pictures(folder: Path) -> list[Image]:
    (clip,) = (folder / "clips").iterdir()
    with open_source(str(clip), start_ms=0, detect_fps=1000, options=SourceOptions()) as source:
        return [sight.bgr for sight in source if isinstance(sight, Frame)]


def sharpest(folder: Path) -> float:
    """Return the largest step of brightness from one pixel to the next where the person stands, over all pictures."""
    parts = np.array(pictures(folder))[:, 24:72, 40:120].astype(np.float64)
    return float(np.abs(np.diff(parts, axis=2)).max())


def clips_of(folder: Path) -> list[dict[str, Any]]:
    return list(manifest_of(folder)["clips"])


def test_people_are_blurred_in_the_copy_and_not_in_the_original(office: Office, original: Path) -> None:
    before = {path: path.read_bytes() for path in original.rglob("*.*")}
    copy = released(office, original)
    assert sharpest(original) > 60
    assert sharpest(copy) < 30
    assert {path: path.read_bytes() for path in original.rglob("*.*")} == before


def test_a_track_that_is_kept_is_not_blurred_and_the_manifest_says_so(office: Office, original: Path) -> None:
    copy = released(office, original, "--keep", "counter#1")
    assert sharpest(copy) > 60
    assert clips_of(copy)[0]["released"]["kept"] == ["counter#1"]


def test_the_copy_is_marked_as_derived_and_names_its_original(office: Office, original: Path) -> None:
    copy = released(office, original)
    assert manifest_of(original)["derived_from"] is None
    digest = hashlib.sha256((original / "manifest.json").read_bytes()).hexdigest()
    assert manifest_of(copy)["derived_from"] == digest
    (clip,) = clips_of(copy)
    assert clip["released"]["of"] == hashlib.sha256((original / clip["file"]).read_bytes()).hexdigest()
    assert "加工した写し" in summary_of(copy)


def test_the_copy_is_a_whole_package_and_an_entry_of_its_own(office: Office, original: Path) -> None:
    copy = released(office, original)
    run("verify", str(copy), "--trust", (original / "ledger/key.txt").read_text().strip())
    with LedgerReader.read(office.ledger) as ledger:
        first, second = (entry for entry in ledger if entry.kind == "evidence.exported")
    assert (first.body["derived_from"], second.body["incidents"]) == (None, (GONE,))
    assert second.body["derived_from"] == manifest_of(copy)["derived_from"]


def test_a_zip_can_be_copied_too(office: Office, original: Path) -> None:
    copy = released(office, original.with_name("original.zip"))
    assert [still["at"] for still in manifest_of(copy)["stills"]] == [
        still["at"] for still in manifest_of(original)["stills"]
    ]


def test_a_private_zone_is_black(office: Office, original: Path) -> None:
    zones = "lobby: {kind: private, polygon: [[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]}"
    text = office.site.read_text(encoding="utf-8")
    start = text.index("lobby:")
    office.site.write_text(text[:start] + zones + text[text.index("\n", start) :], encoding="utf-8")
    assert np.array(pictures(released(office, original)))[:, 30:66, 50:110].max() < 20


def test_an_original_that_was_changed_is_not_copied(office: Office, original: Path) -> None:
    (original / "summary.pdf").write_bytes(b"")
    told = run(*asks_to_release(office, original), status=BAD_INPUT).stderr
    assert "original is not as it left: summary.pdf" in told
    assert not (office.base / "copy").exists()


def test_a_copy_is_not_copied_again(office: Office, original: Path) -> None:
    copy = released(office, original)
    again = (*asks_to_release(office, copy), "--out", str(office.base / "again"))
    assert "is a released copy itself" in run(*again, status=BAD_INPUT).stderr


def test_the_package_of_another_ledger_is_not_put_on_this_one(office: Office, original: Path) -> None:
    with Ledger.create(other := office.base / "other", "tsurumi") as ledger:
        ledger.record_all(Draft(START_MS, "drill.started") for _ in range(20))
    told = run(*asks_to_release(office, original, "--ledger", str(other)), status=BAD_INPUT).stderr
    assert "original is not of this ledger" in told


@pytest.mark.parametrize("found", [observations("vault"), observations(sought=False)])
def test_where_nobody_looked_for_people_nothing_is_released(
    office: Office, original: Path, found: Iterator[Observation]
) -> None:
    observed(office, found)
    told = run(*asks_to_release(office, original), status=BAD_INPUT).stderr
    assert "analyse the recording with a detector" in told


@pytest.mark.parametrize(("track", "says"), [("counter", "is no track"), ("counter#9", "has no track counter#9")])
def test_a_track_that_is_none_is_not_kept(office: Office, original: Path, track: str, says: str) -> None:
    assert says in run(*asks_to_release(office, original, "--keep", track), status=BAD_INPUT).stderr


def test_a_folder_without_observations_is_told(office: Office, original: Path) -> None:
    (office.folder / "observations.parquet").unlink()
    assert "observations.parquet" in run(*asks_to_release(office, original), status=BAD_INPUT).stderr


def test_a_clip_that_cannot_be_decoded_whole_is_not_released(office: Office) -> None:
    office.seal("counter", "damaged.mp4", b"no film" * 100)
    observed(office, observations())
    run(*office.asks_for(original := office.base / "original"))
    run(*asks_to_release(office, original), status=UNREADABLE)
    assert not (office.base / "copy").exists()


def credentials(path: Path) -> tuple[str, dict[str, Any]]:
    """Return what a C2PA reader makes of a file: its state, and the manifest in force."""
    reader = Reader(str(path))
    read = json.loads(reader.json())
    return str(reader.get_validation_state()), read["manifests"][read["active_manifest"]]


def test_a_signed_copy_says_in_itself_what_was_done_to_it_and_of_what_it_is(office: Office, original: Path) -> None:
    chain, key = make_signer(office.base)
    copy = released(office, original, "--c2pa", str(chain), "--c2pa-key", str(key))
    (clip,) = clips_of(copy)
    state, claim = credentials(copy / clip["file"])
    assert (state, claim["signature_info"]["common_name"]) == ("Valid", "Tsurumi")
    (parent,) = claim["ingredients"]
    assert (parent["relationship"], parent["title"]) == ("parentOf", f"{GONE}.mp4")
    said = {assertion["label"]: assertion["data"] for assertion in claim["assertions"]}
    assert said[ORIGINAL_LABEL] == {"sha256": clip["released"]["of"]}
    actions = [action["action"] for action in said["c2pa.actions.v2"]["actions"]]
    assert actions == ["c2pa.opened", "c2pa.edited", "c2pa.transcoded"]
    run("verify", str(copy))
    assert sharpest(copy) < 30


def test_a_changed_byte_of_a_signed_copy_shows_in_its_credentials(office: Office, original: Path) -> None:
    chain, key = make_signer(office.base)
    copy = released(office, original, "--c2pa", str(chain), "--c2pa-key", str(key))
    (clip,) = (copy / "clips").iterdir()
    content = bytearray(clip.read_bytes())
    content[-100] ^= 1
    clip.write_bytes(content)
    assert credentials(clip)[0] == "Invalid"


def test_certificates_that_do_not_serve_are_told(office: Office, original: Path) -> None:
    chain, key = make_signer(office.base)
    swapped = ("--c2pa", str(key), "--c2pa-key", str(chain))
    told = run(*asks_to_release(office, original, *swapped), status=BAD_INPUT).stderr
    assert "cannot be signed with these certificates and this key" in told
    alone = run(*asks_to_release(office, original, "--c2pa", str(chain)), status=BAD_INPUT).stderr
    assert "go together" in alone
    assert not (office.base / "copy").exists()
