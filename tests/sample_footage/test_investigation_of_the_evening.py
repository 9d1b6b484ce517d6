"""The morning after: the counter's clip was analysed, then 0 of 78 cards were counted, and the folder is asked why.

The site's window of five minutes is left as it is, so that the clip ends long before it has closed on the removal.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT
from api.folder import SITE, WATCH
from custody.entries import Draft, Entry
from custody.ledger import Ledger
from tests.custody.office_script import registered, written
from tests.custody.test_the_21st import MORNING
from tests.sample_footage.test_evening_with_its_ledger import DAY, SAMPLE, START

SITE_WITH_THE_USUAL_WINDOW = (SAMPLE / "evening.yaml").read_text(encoding="utf-8").partition("custody:")[0]

FIRST = registered()
EVENING = [*FIRST, *written(DAY, first_seq=len(FIRST))]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An analysed folder, on whose ledger the morning's entries were made afterwards."""
    folder = tmp_path_factory.mktemp("morning")
    (folder / "entries.jsonl").write_bytes(b"".join(entry.line + b"\n" for entry in EVENING))
    (folder / "site.yaml").write_text(SITE_WITH_THE_USUAL_WINDOW, encoding="utf-8")
    given = ["--site", str(folder / "site.yaml"), "--ledger", str(folder / "entries.jsonl")]
    clip = ["--camera", f"counter={SAMPLE / 'evening-counter.mp4'}", "--start", START, "--model", "none"]
    result = CliRunner().invoke(app, ["analyze", *given, *clip, "--out", str(folder / "out")])
    assert result.exit_code == 0, result.output
    with Ledger.open(folder / "out" / "ledger") as ledger:
        ledger.record_all(map(draft, written(MORNING, first_seq=len(ledger))))
    return folder / "out"


def draft(entry: Entry) -> Draft:
    return Draft(entry.at_ms, entry.kind, entry.actors, entry.body)


def run(command: str, folder: Path, *arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(app, [command, "--folder", str(folder), *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == status, result.output
    return result


def told(folder: Path, *arguments: str) -> dict[str, Any]:
    answer = json.loads(run("investigate", folder, "--item", "B-0221", "--json", *arguments).stdout)
    assert isinstance(answer, dict)
    return answer


def best(answer: dict[str, Any]) -> dict[str, Any]:
    return next(fact for fact in answer["facts"] if fact["rank"] == 1)


def test_the_first_answer_is_the_minute_of_the_removal_with_its_clip(out: Path) -> None:
    first = best(told(out))
    assert (first["clue"], first["camera"], first["weight"]) == ("removed", "counter", 100)
    assert first["from"] == "2018-02-21T17:00:25.600+09:00"
    assert first["to"] == "2018-02-21T17:00:27.600+09:00", "he lifts the terminal 26.3 s after 17:00, the cards on it"
    assert first["logged"] == ["sato", "suzuki"]
    (footage,) = first["footage"]
    assert (out / footage["file"]).is_file()
    assert footage["file"].endswith("terminal_removed-T-01.mp4")


def test_the_window_reaches_from_the_morning_count_to_the_next_and_was_nearly_all_unseen(out: Path) -> None:
    answer = told(out)
    assert (answer["from"][:16], answer["to"][:16]) == ("2018-02-21T08:30", "2018-02-22T08:30")
    seen_s = 77.8 - 6.2  # the clip, but for the time before the place was known, and while he or hands hid it
    assert answer["unseen_share"] == pytest.approx(1 - seen_s / 86_400, abs=0.5 / 86_400)
    assert [(gap["from"][11:19], gap["to"][11:19]) for gap in answer["unseen"]][-1] == ("17:01:17", "08:30:00")


def test_the_facts_stand_in_their_order_and_every_one_of_them_says_where_to_look(out: Path) -> None:
    facts = told(out)["facts"]
    assert [fact["from"] for fact in facts] == sorted(fact["from"] for fact in facts)
    assert sorted(fact["rank"] for fact in facts) == list(range(1, len(facts) + 1))
    assert {fact["clue"] for fact in facts} >= {"removed", "handled", "blind", "not_counted", "unsupported"}
    assert all("footage" in fact for fact in facts)


def test_people_read_the_same_in_their_language(out: Path) -> None:
    japanese = run("investigate", out, "--item", "B-0221").stdout.splitlines()
    assert japanese[0] == "調査: B-0221 交付前カード"
    first = next(line for line in japanese if line.startswith("  1."))
    assert "17:00:25" in first
    assert "T-01 交付用端末 1 が定位置から消え、台帳に記録がない" in first
    english = run("investigate", out, "--item", "B-0221", "--language", "en").stdout
    assert "Seen by nobody: 99.91% of the window, 23:58:48 together" in english
    assert "T-01 交付用端末 1 left its place, and no entry says so" in english


def test_counts_can_be_named_and_those_that_are_none_are_refused_with_those_that_there_are(out: Path) -> None:
    counts = [entry for entry in EVENING if entry.kind == "count"]
    first = str(counts[0].seq)
    assert told(out, "--from", first)["last_agreed"] == counts[0].seq
    refused = run("investigate", out, "--item", "B-0221", "--from", "0", status=BAD_INPUT).stderr
    assert "entry 0 is no count of B-0221" in refused
    assert "nobody has counted T-77" in run("investigate", out, "--item", "T-77", status=BAD_INPUT).stderr


def test_every_item_was_last_seen_just_before_it_left_or_never(out: Path) -> None:
    seen = json.loads(run("last-seen", out, "--json").stdout)
    assert {one["item"]: (one["at"][11:19], one["camera"], one["slot"]) for one in seen["seen"]} == {
        "B-0221": ("17:00:25", "counter", "T-01"),
        "T-01": ("17:00:25", "counter", "T-01"),
    }
    assert seen["never"] == ["K-01", "T-02"]
    assert "T-02 交付用端末 2: 一度も見えていない" in run("last-seen", out).stdout


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (WATCH, None, "there is no watch.json in"),
        (SITE, None, "there is no site.yaml in"),
        (WATCH, "{}", "v: found nothing; expected the key"),
        (SITE, "site: {}", "the site file cannot be used"),
    ],
)
def test_a_folder_that_lacks_something_says_what(
    out: Path, tmp_path: Path, name: str, text: str | None, message: str
) -> None:
    shutil.copytree(out, broken := tmp_path / "broken")
    (broken / name).unlink() if text is None else (broken / name).write_text(text, encoding="utf-8")
    assert message in run("last-seen", broken, status=BAD_INPUT).stderr


def test_an_entry_that_cannot_be_read_is_told_and_the_others_are_read(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, copy := tmp_path / "copy")
    with Ledger.open(copy / "ledger") as ledger:
        seq = ledger.append(1_519_300_000_000, "incident.raised", body={"id": "x"}).seq
    answer = run("investigate", copy, "--item", "B-0221", "--language", "en")
    assert f"cannot be read: entry {seq} (incident.raised)" in answer.stderr
    assert "T-01 交付用端末 1 left its place" in answer.stdout


def test_an_explanation_stands_beside_the_removal_and_takes_nothing_from_it(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, copy := tmp_path / "copy")
    removed = best(told(copy))["incident"]
    word = ["--cause", "moved", "--moved-by", "kato", "--by", "sato", "--note", "tidied away"]
    at = ["--at", "2018-02-21T17:40:00+09:00", "--ledger", str(copy / "ledger")]
    explained = CliRunner().invoke(app, ["incident", "explain", removed, *word, *at])
    assert explained.exit_code == 0, explained.output
    first = best(told(copy))
    assert (first["incident"], first["weight"]) == (removed, 100)
    assert first["explanations"] == [
        {
            "cause": "moved",
            "moved_by": "kato",
            "note": "tidied away",
            "by": "sato",
            "at": "2018-02-21T17:40:00.000+09:00",
        }
    ]
    assert "説明: kato が動かした（sato、2018-02-21 17:40:00） (tidied away)" in (
        run("investigate", copy, "--item", "B-0221").stdout
    )
