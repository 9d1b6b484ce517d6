"""The ledger of the evening of the 21st: what was written, what was not, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from api.settings import load_site
from custody.acts import read_signed
from custody.entries import Entry
from custody.settings import CustodySettings
from sample_footage.render.clips import evening
from sample_footage.render.clothing import DressedBody
from sample_footage.render.ledger import ledger_file
from sample_footage.render.scene import Story
from sample_footage.render.site_file import plan_site, site_file
from tests.custody.office_script import at_ms, office, rows


@pytest.fixture(scope="module")
def story(body: DressedBody) -> Story:
    return evening.stories(lambda look: replace(body, look=look))[0]


@pytest.fixture(scope="module")
def entries(story: Story) -> list[Entry]:
    """Return the entries as a ledger reads them: its exact bytes or nothing."""
    lines = ledger_file("tsurumi", story.signed).splitlines()
    return [Entry.from_line(line.encode()) for line in lines]


@pytest.fixture(scope="module")
def settings(story: Story, tmp_path_factory: pytest.TempPathFactory) -> CustodySettings:
    """Return the office's protocols as the site file of the clips squeezes them."""
    path = tmp_path_factory.mktemp("site") / "evening.yaml"
    path.write_text(site_file(plan_site([story])), encoding="utf-8")
    return load_site(path, {}).custody


def test_every_line_is_an_entry_that_people_signed(entries: list[Entry]) -> None:
    assert [entry.seq for entry in entries] == list(range(len(entries)))
    assert all(read_signed(entry) is not None for entry in entries)


def test_everything_is_written_in_the_morning_and_in_the_evening_the_lock_alone(
    entries: list[Entry], story: Story
) -> None:
    since_closing = [entry for entry in entries if entry.at_ms >= at_ms("17:00")]
    assert [(entry.kind, entry.actors) for entry in since_closing] == [("vault.locked", ("suzuki",))]
    assert [entry.kind for entry in entries if at_ms("08:00") < entry.at_ms < at_ms("17:00")] == [
        "key.handed_over",
        "vault.opened",
        "count",
        "count",
        "item.checked_out",
        "item.checked_out",
    ]
    ends = datetime.fromisoformat(story.start) + timedelta(seconds=story.duration_s)
    assert since_closing[0].at_ms < ends.timestamp() * 1000


def test_the_entries_raise_what_those_of_the_21st_do(entries: list[Entry], settings: CustodySettings) -> None:
    judged = office(settings)
    raised = [incident for entry in entries for incident in judged.take(entry)]
    raised += judged.tick(at_ms("17:03"))
    told = list({incident.id: incident for incident in raised}.values())
    assert [row[6:] for row in rows(sorted(told, key=lambda incident: incident.raised_at_ms))] == [
        "01:00 closing_overdue items_counted",
        "01:13 vault_locked_without_count items_counted",
        "01:13 item_not_returned items_in_vault T-01",
        "01:13 item_not_returned items_in_vault B-0221",
        "02:00 item_not_returned key_handed_over K-01",
        "02:00 closing_overdue sheet_signed",
    ]
