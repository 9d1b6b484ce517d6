"""From painted films to the answer: two cameras, a morning's entries, and a count that does not agree afterwards.

A character is a second from 10:00, see painted.py; entries and sights belong together within five seconds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from custody.entries import Draft
from custody.ledger import Ledger
from tests.api.test_analyze_with_ledger import BY_ONE, COVERED, GOES, OPENED, Analysis, Films
from tests.custody.office_script import written

QUIET_VAULT = {"vault-door": "c" * 28, "vault-area": "." * 28}
CARDS_GONE = "11:00 count B-0221 77 77"
TERMINAL_GONE = "11:00 count terminals 1 1"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the films of all tests lie."""
    return tmp_path_factory.mktemp("studio")


@pytest.fixture
def analysis(studio: Path, tmp_path: Path) -> Analysis:
    return Analysis(tmp_path, studio)


def answer(analysis: Analysis, films: Films, afterwards: str, item: str, script: str = "") -> list[dict[str, Any]]:
    """Analyse the films, make the entries of afterwards on the ledger of the folder, and return the facts by rank."""
    analysis(films, script)
    out = analysis.folder / "out"
    with Ledger.open(out / "ledger") as ledger:
        entries = written(afterwards, first_seq=len(ledger))
        ledger.record_all(Draft(entry.at_ms, entry.kind, entry.actors, entry.body) for entry in entries)
    result = CliRunner().invoke(app, ["investigate", "--folder", str(out), "--item", item, "--json"])
    assert result.exit_code == 0, result.output
    return sorted(json.loads(result.stdout)["facts"], key=lambda fact: fact["rank"])


def seconds(fact: dict[str, Any]) -> tuple[float, float]:
    """Return from and to in seconds after 10:00:00."""
    found = [fact[end].removeprefix("2018-02-21T10:00:").removesuffix("+09:00") for end in ("from", "to")]
    return float(found[0]), float(found[1])


def test_an_opening_without_an_entry_is_the_first_answer_for_cards_in_the_vault(analysis: Analysis) -> None:
    first = answer(analysis, {"vault": OPENED | BY_ONE}, CARDS_GONE, "B-0221")[0]
    assert (first["clue"], first["camera"], first["logged"]) == ("unlogged_opening", "vault", [])
    assert seconds(first) == pytest.approx((9, 20), abs=2)
    assert [track.partition("#")[0] for track in first["present"]] == ["vault"]
    (footage,) = first["footage"]
    assert (analysis.folder / "out" / footage["file"]).is_file()


def test_an_opening_with_its_entry_says_who_signed_and_weighs_less(analysis: Analysis) -> None:
    facts = answer(analysis, {"vault": OPENED | BY_ONE}, CARDS_GONE, "B-0221", "10:00:09 open by sato\n10:00:21 lock")
    (opening,) = [fact for fact in facts if fact["clue"] == "opening"]
    assert (opening["weight"], opening["logged"]) == (20, ["sato"])
    assert "unlogged_opening" not in {fact["clue"] for fact in facts}


def test_a_covered_camera_is_an_answer_and_its_clip_shows_how_it_was_covered(analysis: Analysis) -> None:
    facts = answer(analysis, {"vault": QUIET_VAULT | COVERED}, CARDS_GONE, "B-0221")
    blind = [fact for fact in facts if fact["clue"] == "blind" and (fact["incident"] or "").endswith("blind-vault")]
    assert blind
    assert blind[0]["footage"][0]["file"].endswith("camera_blind-vault.mp4")
    assert blind[0]["says"].startswith("not visible: vault covered")


def test_a_terminal_that_went_is_the_first_answer_among_all_terminals_of_two_cameras(analysis: Analysis) -> None:
    facts = answer(analysis, {"counter": GOES, "vault": OPENED | BY_ONE}, TERMINAL_GONE, "terminals")
    assert (facts[0]["clue"], facts[0]["subject"], facts[0]["camera"]) == ("removed", "T-01", "counter")
    assert seconds(facts[0]) == pytest.approx((15, 15), abs=2)
    assert facts[1]["clue"] == "unlogged_opening"
