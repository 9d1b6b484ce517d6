"""`kuraban evidence export` and `verify`: what goes into a package, what is on the ledger, what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from api.evidence_export import ExportRequest, export
from api.evidence_files import FolderFiles
from api.evidence_gathering import Gathered
from api.exits import BAD_INPUT, NOT_INTACT
from api.settings import load_site
from custody.case_store import CaseStore
from custody.cases import Part, PartKind
from custody.entries import Entry, utc_text
from custody.errors import EvidenceError
from custody.evidence.manifest import Exhibit, Subject
from custody.evidence.verify import verify_files
from custody.incidents import SealedClip, clip_sealed, incident_entries
from custody.ledger import Ledger, LedgerReader
from custody.mandate import Mandate
from tests.api.conftest import START_MS
from tests.evidence.conftest import BY, GONE, Exported, Office, gone_terminal, run
from vision.incidents import Evidence


def entries(office: Office) -> list[Entry]:
    with LedgerReader.read(office.ledger) as ledger:
        return list(ledger)


def manifest_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def summary_of(folder: Path) -> str:
    pages = PdfReader(folder / "summary.pdf").pages
    return "".join(page.extract_text() for page in pages).replace("\0", "")  # pypdf shows two-byte codes whole


def moment(second: float) -> str:
    return utc_text(START_MS + round(second * 1000))


def stretch(office: Office, out: Path, from_s: int, to_s: int) -> tuple[str, ...]:
    """Return the arguments that export a stretch of the recording onto the folder's ledger."""
    asked = ("--from", moment(from_s).replace("Z", "+00:00"), "--to", moment(to_s).replace("Z", "+00:00"))
    recording = ("--camera", f"counter={office.recording}", "--start", "2018-02-21T17:10:00+09:00")
    where = ("--ledger", str(office.ledger), "--site", str(office.site), "--out", str(out))
    return ("export", *recording, *asked, *where, *BY)


def test_the_manifest_says_what_was_asked_for_by_whom_and_on_what_authority(exported: Exported) -> None:
    manifest = manifest_of(exported.folder)
    assert (manifest["by"], manifest["reason"], manifest["authority"]) == ("sato", "紛失調査", "鶴戸 第12号")
    assert manifest["asked"] == {"case": None, "incidents": [GONE], "camera": None, "interval": None}
    assert manifest["models"] == ["ab" * 32]
    assert re.fullmatch(r"kuraban \d+\.\d+\.\d+", manifest["software"])


def test_the_manifest_has_the_digest_of_every_file_that_was_there_before_it(exported: Exported) -> None:
    made_after = re.compile(r"manifest\.json|ledger/(exported\.json|checkpoint\.txt|.*\.tlog-proof)")
    listed = {name: record["sha256"] for name, record in manifest_of(exported.folder)["files"].items()}
    assert listed == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in exported.files.items()
        if not made_after.fullmatch(name)
    }


def test_a_clip_says_what_was_asked_for_what_was_delivered_and_where_footage_is_missing(office: Office) -> None:
    run(*stretch(office, out := office.folder / "out", 50, 70))
    (clip,) = manifest_of(out)["clips"]
    assert clip["requested"] == {"from": moment(50), "to": moment(70)}
    assert clip["delivered"] == {"from": moment(50), "to": moment(59.8)}
    assert clip["gaps"] == [{"from": moment(59.8), "to": moment(70)}]
    assert clip["clock_offset_ms"] is None


def test_the_clips_are_the_very_files_that_were_sealed(exported: Exported) -> None:
    (clip,) = manifest_of(exported.folder)["clips"]
    assert exported.files[clip["file"]] == (exported.office.folder / clip["file"]).read_bytes()
    (sealed,) = (entry for entry in entries(exported.office) if entry.kind == "clip.sealed")
    assert clip["sealed_by"] == sealed.seq


def test_the_export_is_an_entry_with_the_manifests_digest(exported: Exported) -> None:
    entry = entries(exported.office)[-1]
    assert (entry.kind, entry.actors) == ("evidence.exported", ("sato",))
    assert entry.body["manifest"] == hashlib.sha256(exported.files["manifest.json"]).hexdigest()
    assert (entry.body["reason"], entry.body["authority"]) == ("紛失調査", "鶴戸 第12号")


def test_the_entries_about_the_incident_its_camera_and_its_item_go_along(office: Office) -> None:
    with Ledger.open(office.ledger) as ledger:
        inside, outside = START_MS + 38_000, START_MS + 3_600_000
        ledger.append(inside, "item.checked_out", ("suzuki",), {"item": "T-01"})
        ledger.append(outside, "item.checked_in", ("suzuki",), {"item": "T-01"})
        ledger.append(inside, "count", ("sato", "suzuki"), {"item": "B-0221"})
        ledger.append(inside, "camera.blind", (), {"camera": "counter"})
        ledger.append(inside, "camera.blind", (), {"camera": "vault"})
    run(*office.asks_for(out := office.folder / "out"))
    told = [json.loads((out / f"ledger/entry-{seq}.json").read_text()) for seq in manifest_of(out)["entries"]]
    kinds = ["incident.raised", "incident.closed", "clip.sealed", "item.checked_out", "camera.blind"]
    assert [entry["kind"] for entry in told] == [*kinds, "settings.changed"]


SAID = ("鶴見区役所 戸籍課", "紛失調査", "鶴戸 第12号", "2018-02-21 17:10:40", "T-01")


def test_the_summary_is_in_the_language_of_the_site(exported: Exported) -> None:
    summary = summary_of(exported.folder)
    assert [text for text in ("証拠提供書", "保管物の所在不明", *SAID) if text not in summary] == []


def test_the_summary_is_in_english_where_that_is_asked_for(office: Office) -> None:
    run(*office.asks_for(out := office.folder / "out", "--language", "en"))
    summary = summary_of(out)
    assert [text for text in ("Summary of evidence", "Item gone from its place", *SAID) if text not in summary] == []


def test_the_summary_has_the_pictures_of_beginning_best_moment_and_end(exported: Exported) -> None:
    stills = manifest_of(exported.folder)["stills"]
    assert [still["at"] for still in stills] == [moment(36), moment(40), moment(44)]
    assert [still["box"] for still in stills] == [None, [0.25, 0.25, 0.5, 0.75], None]
    assert sum(len(page.images) for page in PdfReader(io.BytesIO(exported.files["summary.pdf"])).pages) == 3


def test_only_the_owner_can_read_what_was_exported(exported: Exported) -> None:
    assert stat.S_IMODE(exported.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(exported.zip.stat().st_mode) == 0o600


def test_verify_names_what_was_changed_and_ends_with_status_4(office: Office) -> None:
    run(*office.asks_for(out := office.folder / "out"))
    key = (out / "ledger/key.txt").read_text().strip()
    assert f"{out}: whole" in run("verify", str(out), "--trust", key).stdout
    (out / "summary.pdf").write_bytes(b"%PDF")
    assert "summary.pdf: its digest is not the one" in run("verify", str(out), status=NOT_INTACT).stdout
    assert "whole" in run("verify", f"{out}.zip").stdout


@pytest.mark.parametrize("option", ["--by", "--reason", "--authority"])
def test_nothing_leaves_without_who_what_for_and_who_permits_it(office: Office, option: str) -> None:
    before = entries(office)
    told = run(*office.asks_for(out := office.folder / "out", option, " "), status=BAD_INPUT).stderr
    assert f"{option} is empty" in told
    assert (out.exists(), entries(office)) == (False, before)


def test_a_clip_that_is_not_the_one_that_was_sealed_is_not_exported(office: Office) -> None:
    (clip,) = (office.folder / "clips").iterdir()
    clip.write_bytes(clip.read_bytes() + b"\0")
    told = run(*office.asks_for(out := office.folder / "out"), status=BAD_INPUT).stderr
    assert f"{clip} is not the clip that the ledger sealed" in told
    assert not out.exists()
    assert "evidence.exported" not in {entry.kind for entry in entries(office)}


def test_a_ledger_that_names_a_clip_elsewhere_is_not_followed(office: Office) -> None:
    away = SealedClip("counter", "clips/../../counter.mp4", (0, 1), (0, 1), "00")
    with Ledger.open(office.ledger) as ledger:
        ledger.record(clip_sealed(away, START_MS, GONE))
    told = run(*office.asks_for(office.folder / "out"), status=BAD_INPUT).stderr
    assert "the ledger names the clip 'clips/../../counter.mp4'" in told


def test_a_damaged_clip_is_exported_without_a_picture(office: Office) -> None:
    office.seal("vault", "damaged.mp4", damaged := b"no film" * 100)
    run(*office.asks_for(out := office.folder / "out"))
    assert (out / "clips" / "damaged.mp4").read_bytes() == damaged
    assert {still["camera"] for still in manifest_of(out)["stills"]} == {"counter"}


def test_an_unknown_incident_is_refused(office: Office) -> None:
    told = run("export", "nothing", *office.asks_for(office.folder / "out")[2:], status=BAD_INPUT).stderr
    assert "the ledger has no incident 'nothing'" in told


def test_nothing_is_written_over(office: Office) -> None:
    (out := office.folder / "out").mkdir()
    assert "is there already; name a new folder" in run(*office.asks_for(out), status=BAD_INPUT).stderr
    out.rmdir()
    (office.folder / "out.zip").touch()
    assert "is there already; name a new folder" in run(*office.asks_for(out), status=BAD_INPUT).stderr


def test_the_ledger_of_another_site_is_refused(office: Office) -> None:
    office.site.write_text(office.site.read_text(encoding="utf-8").replace("id: tsurumi", "id: midori"), "utf-8")
    told = run(*office.asks_for(office.folder / "out"), status=BAD_INPUT).stderr
    assert "site.yaml is midori, the ledger of tsurumi" in told


def test_while_the_ledger_is_written_by_another_nothing_leaves(office: Office) -> None:
    with Ledger.open(office.ledger):
        run(*office.asks_for(out := office.folder / "out"), status=BAD_INPUT)
    assert not out.exists()
    assert not list(office.folder.glob(".out*"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("export", "--site", "site.yaml"), "--ledger is missing"),
        (("export",), "--site is missing"),
        (("export", "--folder", "run", "--site", "site.yaml"), "nothing is asked for"),
        (("export", GONE, "--ledger", "run/ledger", "--site", "site.yaml"), "--folder is missing"),
        (
            ("export", "--site", "site.yaml", "--camera", "counter=counter.mp4", "--ledger", "l"),
            "nothing is asked for",
        ),
    ],
)
def test_what_was_not_asked_for_whole_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(office.site.parent)
    assert says in run(*arguments, "--out", "out", *BY, status=BAD_INPUT).stderr


def test_a_stretch_that_ends_before_it_begins_is_refused(office: Office) -> None:
    told = run(*stretch(office, office.folder / "out", 20, 10), status=BAD_INPUT).stderr
    assert "swap them" in told


@dataclass(frozen=True)
class Lie:
    """Says that a clip was sealed by an entry that sealed another one."""

    def gather(self, ledger: Ledger, package: FolderFiles) -> Gathered:
        """Put another film into the package."""
        clip = SealedClip("counter", "clips/film.mp4", (START_MS, START_MS + 1), (START_MS, START_MS + 1), "ab" * 32)
        entry = ledger.record(clip_sealed(clip, START_MS))
        package.write(clip.file, b"another film")
        return Gathered(Subject(camera="counter"), (Exhibit(clip, entry.seq),), (), (entry,))


@dataclass(frozen=True)
class Failure:
    """Breaks off in the middle."""

    def gather(self, ledger: Ledger, package: FolderFiles) -> Gathered:
        """Raise EvidenceError."""
        package.write("clips/film.mp4", b"half a film")
        raise EvidenceError(f"the disk is gone after {len(ledger)} entries")


def request(office: Office, wanted: Lie | Failure) -> ExportRequest:
    site = load_site(office.site, {"COUNTER_PASSWORD": "secret"})
    mandate = Mandate("sato", "紛失調査", "鶴戸 第12号")
    keys = office.ledger / "keys"
    return ExportRequest(site, keys, wanted, mandate, "en", office.folder / "out")


def test_an_exporter_who_packs_another_clip_than_was_sealed_is_found_out(office: Office) -> None:
    with Ledger.open(office.ledger) as ledger:
        export(ledger, request(office, Lie()), START_MS)
    (finding,) = verify_files(FolderFiles(office.folder / "out")).findings
    assert finding.file == "clips/film.mp4"
    assert re.fullmatch(r"it is not, and is not of, the clip that entry \d+ sealed", finding.says)


def test_an_export_that_breaks_off_leaves_nothing_behind_and_no_entry(office: Office) -> None:
    with Ledger.open(office.ledger) as ledger, pytest.raises(EvidenceError, match="the disk is gone"):
        export(ledger, request(office, Failure()), START_MS)
    assert not list(office.folder.glob("*out*"))
    assert not list(office.folder.glob(".out*"))
    assert "evidence.exported" not in {entry.kind for entry in entries(office)}


def test_the_site_file_that_the_analysis_kept_is_enough(office: Office) -> None:
    shutil.copy(office.site, office.folder / "site.yaml")
    run("export", GONE, "--folder", str(office.folder), "--out", str(out := office.base / "out"), *BY)
    assert manifest_of(out)["site"]["name"] == "鶴見区役所 戸籍課"


@pytest.fixture
def case(office: Office) -> str:
    """A case with the incident, an entry, a note and a clip of the recording that belongs to no incident."""
    with Ledger.open(office.ledger) as ledger:
        counted = ledger.append(START_MS + 3_600_000, "count", ("sato", "suzuki"), {"item": "B-0221"})
    store = CaseStore(office.folder)
    opened = store.open("a missing terminal", Mandate("sato", "紛失調査", "鶴戸 第12号"), START_MS)
    named = ((PartKind.INCIDENT, GONE), (PartKind.ENTRY, str(counted.seq)), (PartKind.NOTE, "a colleague's name"))
    parts = [Part(kind, what, "sato", START_MS) for kind, what in named]
    parts.append(Part(PartKind.CLIP, "counter", "sato", START_MS, (START_MS + 4_000, START_MS + 8_000)))
    store.add(opened.id, parts)
    return opened.id


def recordings(office: Office) -> tuple[str, ...]:
    return ("--camera", f"counter={office.recording}", "--start", "2018-02-21T17:10:00+09:00")


def test_a_case_leaves_with_its_incidents_its_entries_and_the_clips_that_it_names(office: Office, case: str) -> None:
    run("export", case, *office.asks_for(out := office.base / "out")[2:], *recordings(office))
    manifest = manifest_of(out)
    assert manifest["asked"] == {"case": "C-1", "incidents": [GONE], "camera": None, "interval": None}
    assert [clip["file"] for clip in manifest["clips"]] == [
        f"clips/{GONE}.mp4",
        "clips/counter-20180221T081004000Z.mp4",
    ]
    kinds = {json.loads((out / f"ledger/entry-{seq}.json").read_text())["kind"] for seq in manifest["entries"]}
    assert {"incident.raised", "count", "clip.sealed"} <= kinds
    assert len(manifest["stills"]) == 6
    run("verify", f"{out}.zip")


def test_the_notes_of_a_case_stay(office: Office, case: str) -> None:
    run("export", case, *office.asks_for(out := office.base / "out")[2:], *recordings(office))
    assert b"a colleague" not in b"".join(path.read_bytes() for path in out.rglob("*.*") if path.suffix != ".mp4")
    assert "a colleague" not in summary_of(out)


def test_a_case_that_names_a_clip_wants_the_recording(office: Office, case: str) -> None:
    told = run("export", case, *office.asks_for(office.base / "out")[2:], status=BAD_INPUT).stderr
    assert "a clip of counter is named: give --camera counter=FILE" in told


def test_a_case_without_anything_to_show_is_not_exported(office: Office) -> None:
    CaseStore(office.folder).open("nothing yet", Mandate("sato", "紛失調査", "鶴戸 第12号"), START_MS)
    told = run("export", "C-1", *office.asks_for(office.base / "out")[2:], status=BAD_INPUT).stderr
    assert "C-1 has nothing in it but notes" in told


def test_an_incident_that_no_camera_shows_is_exported_without_a_clip(office: Office) -> None:
    unseen = replace(gone_terminal(), id="unlogged", camera=None, evidence=Evidence(START_MS))
    with Ledger.open(office.ledger) as ledger:
        ledger.record_all(incident_entries(unseen))
    run("export", "unlogged", *office.asks_for(out := office.base / "out")[2:])
    assert (manifest_of(out)["clips"], manifest_of(out)["stills"]) == ([], [])
    run("verify", str(out))
