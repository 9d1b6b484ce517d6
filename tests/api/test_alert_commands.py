"""`kuraban alerts` as it is typed, with a real receiver and a real outbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.exits import BAD_INPUT, UNWELL
from custody.records import incidents as kept
from custody.records import outbox
from custody.records.database import Records
from custody.records.outbox import Owed
from tests.api.alerts.receiver import receiver
from vision.incidents import Incident

TOKEN: Final = "correct-horse-battery"


def run(*arguments: str) -> Result:
    environ = {"COUNTER_PASSWORD": "x", "GUARD_SECRET": TOKEN, "COLUMNS": "160"}
    return CliRunner().invoke(app, ["alerts", *arguments], env=environ)


@pytest.fixture
def site_file(tmp_path: Path, site_text: str) -> Path:
    return with_guard(tmp_path / "telling.yaml", site_text, "http://127.0.0.1:9/kuraban")


def with_guard(path: Path, site_text: str, url: str) -> Path:
    """Write a site file whose destination `guard` is a webhook."""
    webhook = f'{{webhook: {{url: "{url}?t=${{GUARD_SECRET}}", secret: "${{GUARD_SECRET}}"}}}}'
    guard = f"alerts: {{destinations: {{guard: {webhook}}}}}"
    path.write_text(f"{site_text}{guard}\n", encoding="utf-8")
    return path


def test_a_test_arrives_and_that_is_said(tmp_path: Path, site_text: str) -> None:
    with receiver() as server:
        result = run("test", "guard", "--site", str(with_guard(tmp_path / "site.yaml", site_text, server.url)))
    assert (result.exit_code, result.output) == (0, "guard was told\n")
    ((_, _, body),) = server.received
    assert json.loads(body)["test"] is True


def test_a_test_that_does_not_arrive_says_why_and_nothing_secret(site_file: Path) -> None:
    result = run("test", "guard", "--site", str(site_file))
    assert result.exit_code == UNWELL
    assert "guard was not told: http://127.0.0.1:9/kuraban?t=***: ConnectError" in result.stderr
    assert TOKEN not in result.output


def test_a_destination_that_there_is_not_is_said_with_those_that_there_are(site_file: Path) -> None:
    result = run("test", "chief", "--site", str(site_file))
    assert result.exit_code == BAD_INPUT
    assert "has no destination chief; it has guard" in result.stderr


def test_destinations_are_listed_without_anything_secret(site_file: Path) -> None:
    result = run("list", "--site", str(site_file))
    assert result.exit_code == 0
    assert "http://127.0.0.1:9/kuraban?t=***" in result.stdout
    assert TOKEN not in result.output


def test_what_was_not_told_is_listed_beside_a_running_service(
    tmp_path: Path, site_file: Path, incidents: tuple[Incident, ...]
) -> None:
    with Records.open(tmp_path) as records:
        with records.write() as connection:
            kept.save(connection, incidents[0])
            outbox.owe(connection, Owed("all", 0, "guard", 1_519_200_600_000), incidents[0].id)
            message = outbox.ready(connection, "guard", 1_519_200_600_000)
            assert message is not None
            outbox.postpone(connection, message, 1_519_200_700_000, "it answered with status 503")
        result = run("list", "--site", str(site_file), "--data", str(tmp_path))
    assert result.exit_code == 0
    assert "1 waiting, 0 delivered, 0 withdrawn, 0 dead" in result.stdout
    assert "it answered with status 503" in result.stdout


def test_a_folder_that_is_none_of_a_service_is_said(tmp_path: Path, site_file: Path) -> None:
    result = run("list", "--site", str(site_file), "--data", str(tmp_path / "nowhere"))
    assert result.exit_code == BAD_INPUT
    assert "is not the data folder of a service" in result.stderr
