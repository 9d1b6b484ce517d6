"""The film of the 21st, three cameras and the ledger of the day; the next morning 0 of 78 cards are counted, by two.

Nobody is looked for (`--model none`): what left its place, and what nobody saw, is known without a network.
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
from tests.custody.office_script import written
from tests.custody.test_the_21st import MORNING

SAMPLE = Path(__file__).resolve().parents[2] / "sample_footage"
START = json.loads((SAMPLE / "evening.truth.json").read_text(encoding="utf-8"))["start"]


def lifted_s() -> float:
    """Return when the terminal had left its place, by the truth of the frames, in seconds of the film."""
    frames = (SAMPLE / "evening-counter.truth.jsonl").read_text(encoding="utf-8").splitlines()
    away = (frame for frame in map(json.loads, frames) if frame["slots"]["T-01"] == "absent")
    return float(next(away)["t"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film, analysed with the entries that were made."""
    out = tmp_path_factory.mktemp("film") / "out"
    given = ["--site", str(SAMPLE / "evening.yaml"), "--ledger", str(SAMPLE / "evening.ledger.jsonl")]
    analysed = CliRunner().invoke(app, ["analyze", *given, "--start", START, "--model", "none", "--out", str(out)])
    assert analysed.exit_code == 0, analysed.output
    return out


@pytest.fixture(scope="module")
def incidents(folder: Path) -> list[dict[str, Any]]:
    """What was raised on the evening itself, in order."""
    return [json.loads(line) for line in (folder / "incidents.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def answer(folder: Path) -> dict[str, Any]:
    """What the folder answers for the cards, after the count of the morning."""
    with Ledger.open(folder / "ledger") as ledger:
        entries = written(MORNING, first_seq=len(ledger))
        ledger.record_all(Draft(entry.at_ms, entry.kind, entry.actors, entry.body) for entry in entries)
    result = CliRunner().invoke(app, ["investigate", "--folder", str(folder), "--item", "B-0221", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert isinstance(told, dict)
    return told


def seconds(moment: str) -> float:
    """Return a moment in seconds of the film."""
    assert moment.startswith("2018-02-21T17:0")
    return int(moment[14:16]) * 60 + float(moment[17:23])


def test_what_nobody_has_explained_is_raised_in_the_order_in_which_it_came_about(
    incidents: list[dict[str, Any]],
) -> None:
    assert [(incident["rule"], incident["item"]) for incident in incidents] == [
        ("terminal_removed", "T-01"),
        ("item_not_where_ledger_says", "B-0221"),
        ("item_not_where_ledger_says", "T-01"),
        ("closing_overdue", None),  # nobody has counted
        ("item_not_returned", "B-0221"),
        ("item_not_returned", "T-01"),
        ("vault_locked_without_count", None),
    ]


def test_the_first_answer_is_the_terminal_on_which_the_cards_lay_when_it_was_lifted(answer: dict[str, Any]) -> None:
    first = next(fact for fact in answer["facts"] if fact["rank"] == 1)
    assert (first["clue"], first["subject"], first["camera"]) == ("removed", "T-01", "counter")
    assert first["says"].startswith("by the ledger B-0221 is at T-01, and it is not there")
    assert seconds(first["from"]) - 1 <= lifted_s() <= seconds(first["to"]) + 1
    assert first["footage"][0]["file"].endswith("terminal_removed-T-01.mp4")


def test_the_lock_without_a_count_is_an_answer_and_who_locked_is_named(answer: dict[str, Any]) -> None:
    clues = {fact["clue"]: fact for fact in answer["facts"]}
    assert clues["not_counted"]["from"].startswith("2018-02-21T17:01")
    locked = [fact for fact in answer["facts"] if fact["logged"] == ["suzuki"]]
    assert [fact["subject"] for fact in locked] == ["vault-door"]


def test_the_window_is_the_whole_day_and_nearly_all_of_it_was_seen_by_nobody(answer: dict[str, Any]) -> None:
    assert (answer["from"][:16], answer["to"][:16]) == ("2018-02-21T08:30", "2018-02-22T08:30")
    assert 0.999 < answer["unseen_share"] < 1
