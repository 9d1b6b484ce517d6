"""Clips and entries together, from the pictures to the incidents: a character is a second from 10:00, see painted.py.

An entry and a sight belong together within five seconds. Rules of the cameras alone are tested elsewhere.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.analyze import analyze
from api.requests import DEFAULT_BACKEND, AnalyzeRequest, AnalyzeResult
from api.settings import load_site
from custody.errors import LedgerError
from custody.ledger import LedgerReader
from custody.raising import RULES
from tests.api.painted import SITE, film, find_badges
from tests.custody.office_script import TOKYO, at_ms, registered, written
from tests.footage.conftest import Silence
from vision.incidents import Incident

MORNING = """
08:20 key tanaka sato
08:25 open
08:30 count B-0221 78 78
08:32 count terminals 2 2
08:40 out T-01
08:50 lock
"""
OPENED = {"vault-door": "c" * 9 + "o" * 11 + "c" * 8}
LEFT_OPEN = {"vault-door": "c" * 9 + "o" * 19}
BY_ONE = {"vault-area": "." * 6 + "1" * 16 + "." * 6}
BY_TWO = {"vault-area": "." * 6 + "2" * 16 + "." * 6}
COVERED = {"view": "." * 7 + "X" * 21}
STAYS, GOES = {"T-01": "p" * 28}, {"T-01": "p" * 15 + "a" * 13}

Films = Mapping[str, Mapping[str, str]]


class Analysis:
    """Analyses films with entries; the same lines are filmed once."""

    def __init__(self, folder: Path, studio: Path) -> None:
        self.folder = folder
        self._studio = studio
        (folder / "site.yaml").write_text(SITE, encoding="utf-8")

    def __call__(self, films: Films, script: str | None) -> AnalyzeResult:
        """script: what is entered after the morning; None for no ledger."""
        entries = None if script is None else self.entries(script)
        return analyze(self.request(films, entries), Silence(), find_badges)

    def request(self, films: Films, entries: Path | None) -> AnalyzeRequest:
        return AnalyzeRequest(
            site=load_site(self.folder / "site.yaml", os.environ),
            clips={camera: str(self._film(lines)) for camera, lines in films.items()},
            start_ms=at_ms("10:00"),
            model="badges",
            backend=DEFAULT_BACKEND,
            detect_fps=None,
            skip=True,
            out=self.folder / "out",
            ledger=entries,
        )

    def entries(self, script: str) -> Path:
        first = registered()
        lines = [entry.line for entry in (*first, *written(MORNING + script, first_seq=len(first)))]
        path = self.folder / "entries.jsonl"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return path

    def sealed(self, incident: Incident) -> list[Mapping[str, Any]]:
        """Return the clips that the ledger of the run has of an incident."""
        with LedgerReader.read(self.folder / "out" / "ledger") as ledger:
            return [e.body for e in ledger if e.kind == "clip.sealed" and e.body["incident"] == incident.id]

    def _film(self, lines: Mapping[str, str]) -> Path:
        path = self._studio / f"{hashlib.sha256(repr(sorted(lines.items())).encode()).hexdigest()[:16]}.mp4"
        return path if path.exists() else film(path, lines)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the films of all tests lie."""
    return tmp_path_factory.mktemp("studio")


@pytest.fixture
def analysis(studio: Path, tmp_path: Path) -> Analysis:
    return Analysis(tmp_path, studio)


def by_ledger(result: AnalyzeResult) -> list[Incident]:
    return [incident for incident in result.incidents if incident.rule in RULES]


def rows(result: AnalyzeResult) -> list[str]:
    """Return what the ledger raised: `10:00:15 unlogged_vault_access vault-door`, the second in which it was."""
    return [
        f"{datetime.fromtimestamp(i.raised_at_ms // 1000, UTC).astimezone(TOKYO):%H:%M:%S} {i.rule} {i.item}"
        for i in by_ledger(result)
    ]


@pytest.mark.parametrize(
    ("films", "script", "raised"),
    [
        pytest.param({"vault": OPENED | BY_TWO}, "10:00:09 open\n10:00:21 lock", [], id="opened by two who sign"),
        pytest.param({"vault": OPENED | BY_ONE}, "", ["10:00:15 unlogged_vault_access vault-door"], id="no entry"),
        pytest.param(
            {"vault": OPENED | BY_ONE},
            "10:00:09 open\n10:00:21 lock by sato",
            ["10:00:14 two_person_breach vault-door"],
            id="two sign and one is there",
        ),
        pytest.param(
            {"vault": LEFT_OPEN | BY_TWO},
            "10:00:09 open\n10:00:14 lock",
            ["10:00:19 item_not_where_ledger_says vault-door"],
            id="locked on paper only",
        ),
        pytest.param({"vault": OPENED | BY_ONE | COVERED}, "", [], id="nobody could see"),
        pytest.param(
            {"counter": GOES}, "", ["10:00:21 item_not_where_ledger_says T-01"], id="a terminal goes without an entry"
        ),
        pytest.param(
            {"counter": GOES, "vault": OPENED | BY_TWO},
            "10:00:09 open\n10:00:16 in T-01\n10:00:21 lock",
            [],
            id="a terminal is put back and entered",
        ),
        pytest.param(
            {"counter": STAYS},
            "10:00:10 in T-01",
            ["10:00:15 item_not_where_ledger_says T-01"],
            id="a terminal is entered and stays",
        ),
    ],
)
def test_what_is_seen_and_what_is_entered_are_held_against_each_other(
    analysis: Analysis, films: Films, script: str, raised: list[str]
) -> None:
    assert rows(analysis(films, script)) == raised


def test_without_a_ledger_nothing_is_held_against_anything(analysis: Analysis) -> None:
    result = analysis({"vault": OPENED | BY_ONE}, None)
    assert (by_ledger(result), result.entries) == ([], None)


def test_of_a_camera_whose_recording_has_ended_nobody_says_that_it_saw_nothing(analysis: Analysis) -> None:
    short = {"vault-door": "c" * 12}
    assert rows(analysis({"vault": short, "counter": STAYS}, "10:00:16 open\n10:00:18 lock")) == []


def test_entries_that_come_after_the_clips_are_judged_by_the_ledger_alone(analysis: Analysis) -> None:
    result = analysis({"vault": {"vault-door": "c" * 12}}, "11:00 open by sato\n11:01 count B-0221 77 77\n11:02 lock")
    assert rows(result) == ["11:00:00 two_person_breach vault-door", "11:01:00 count_mismatch B-0221"]


def test_an_opening_without_an_entry_has_the_clip_that_shows_it(analysis: Analysis) -> None:
    (incident,) = by_ledger(analysis({"vault": OPENED | BY_ONE}, ""))
    (clip,) = analysis.sealed(incident)
    assert (clip["camera"], incident.tracks) == ("vault", ("vault#1",))
    assert (analysis.folder / "out" / str(clip["file"])).is_file()


def test_what_an_entry_gives_away_alone_has_the_clip_of_its_moment(analysis: Analysis) -> None:
    (incident,) = by_ledger(analysis({"vault": OPENED | BY_ONE}, "10:00:09 open by sato\n10:00:21 lock by sato"))
    (clip,) = analysis.sealed(incident)
    assert (incident.rule, clip["camera"]) == ("two_person_breach", "vault")
    assert clip["requested"] == {"from": "2018-02-21T01:00:00.000Z", "to": "2018-02-21T01:00:19.000Z"}


def test_silence_about_what_nobody_registered_is_not_taken_for_agreement(analysis: Analysis) -> None:
    (analysis.folder / "none.jsonl").write_bytes(b"")
    unregistered = analyze(
        analysis.request({"counter": GOES}, analysis.folder / "none.jsonl"), Silence(), find_badges
    )
    assert unregistered.notes == ("no entry registers T-01: what cameras see of it is held against nothing",)
    assert by_ledger(unregistered) == []


def test_entries_of_another_site_stop_the_run_before_it_begins_and_the_folder_can_be_used(analysis: Analysis) -> None:
    entries = analysis.entries("")
    entries.write_bytes(entries.read_bytes().replace(b'"site":"tsurumi"', b'"site":"midori"'))
    foreign = entries.rename(entries.with_name("midori.jsonl"))
    request = analysis.request({"counter": STAYS}, foreign)
    with pytest.raises(LedgerError, match="has entries of midori, and the ledger is of tsurumi"):
        analyze(request, Silence(), find_badges)
    assert rows(analysis({"counter": STAYS}, "")) == []
