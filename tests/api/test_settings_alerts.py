"""The section `alerts` of the site file: what a good one becomes, and what is said of a faulty one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from api.alerts.settings import Apprise, Login, Mail, Mqtt, Policy, Stage, Stretch, Tls, Webhook
from api.secret import Secret
from api.settings import SiteFileError, load_site
from api.site import Site
from api.sitefile.alerts import RULES
from api.sitefile.variables import placeholders
from api.words import words
from vision.incidents import Severity

SECRET: Final = "correct-horse-battery"
ENVIRON: Final = dict.fromkeys(("MAIL_PASSWORD", "GUARD_SECRET", "MQTT_PASSWORD", "CHAT_URL", "TOKEN"), SECRET)
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "design" / "site-file.md"
SITE: Final = """\
site: {id: a, timezone: Asia/Tokyo, language: ja}
hours: {weekly: {mon-sun: "00:00-24:00"}}
cameras:
  c: {source: c.mp4}
"""


def load(folder: Path, alerts: str) -> Site:
    (path := folder / "site.yaml").write_text(SITE + alerts, encoding="utf-8")
    return load_site(path, ENVIRON)


def documented() -> str:
    """Return the section that the page about the site file shows."""
    text = PAGE.read_text(encoding="utf-8")
    shown: str
    (shown,) = (block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "alerts:" in block)
    return shown


def policy(settings: str) -> str:
    return (
        'alerts:\n  destinations: {d: {webhook: {url: "https://d.example/x", secret: "${TOKEN}"}}}\n'
        f"  policies: {{p: {settings}}}\n"
    )


def destination(settings: str) -> str:
    return f"alerts:\n  destinations:\n    d: {settings}\n"


def test_without_the_section_nobody_is_told(tmp_path: Path) -> None:
    alerts = load(tmp_path, "").alerts
    assert (dict(alerts.destinations), alerts.policies) == ({}, ())


def test_the_section_that_is_documented_becomes_what_its_tables_say(tmp_path: Path) -> None:
    alerts = load(tmp_path, documented()).alerts
    secret = Secret(SECRET, shown="***")
    login = Login("kuraban", secret)
    assert dict(alerts.destinations) == {
        "duty": Mail("mail.example.jp", 587, Tls.STARTTLS, login, "kuraban@example.jp", ("duty@example.jp",), "ja"),
        "guard": Webhook(Secret("https://guard.example.jp/kuraban"), secret),
        "building": Mqtt("mqtt.example.jp", 8883, True, login, "kuraban", "homeassistant"),
        "chat": Apprise(secret, "ja"),
    }
    assert alerts.policies == (
        Policy(
            "daytime",
            (Stage(0.0, ("duty",)), Stage(300.0, ("chat",))),
            severity=Severity.WARNING,
            when=frozenset({Stretch.WINDOW, Stretch.CLOSING}),
        ),
        Policy("night", (Stage(0.0, ("duty", "guard")),), when=frozenset({Stretch.NIGHT, Stretch.HOLIDAYS})),
        Policy("machines", (Stage(0.0, ("building",)),), group_s=0.0, repeat_s=0.0),
    )


def test_a_site_file_with_alerts_can_be_read_where_nobody_is_told(tmp_path: Path) -> None:
    text = SITE + documented()
    (path := tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    assert len(load_site(path, placeholders(text)).alerts.policies) == 3


def test_no_secret_is_shown_by_what_was_read(tmp_path: Path) -> None:
    alerts = load(tmp_path, documented()).alerts
    assert SECRET not in f"{alerts} {alerts!r}"


@pytest.mark.parametrize(
    ("alerts", "says"),
    [
        (policy("{stages: [{to: [e]}]}"), 'found the unknown destination "e"; .*; write one of d'),
        (policy("{stages: [{to: []}]}"), "found no destination"),
        (policy("{stages: []}"), "expected at least one stage"),
        (policy("{}"), "expected the key stages"),
        (policy("{rules: [vault_opne], stages: [{to: [d]}]}"), "write vault_open"),
        (policy("{cameras: [lobby], stages: [{to: [d]}]}"), 'the unknown camera "lobby"'),
        (policy("{when: [noon], stages: [{to: [d]}]}"), 'the unknown stretch "noon"'),
        (policy("{when: night, stages: [{to: [d]}]}"), "write one of always"),
        (policy("{severity: loud, stages: [{to: [d]}]}"), "one of notice, warning, alarm"),
        (policy("{stages: [{after_s: 60, to: [d]}, {after_s: 60, to: [d]}]}"), "stages out of order"),
        (policy("{group_s: -1, stages: [{to: [d]}]}"), "a number from 0 to 86400"),
        (destination("{}"), "one of mail, webhook, mqtt, apprise"),
        (destination("{mail: {host: h, from: a@b, to: [c@d]}, apprise: {url: x}}"), "found mail, apprise"),
        (destination("{mail: {host: h, from: nobody, to: [c@d]}}"), "expected a mail address"),
        (destination('{mail: {host: h, from: "a@b\\r\\nBcc: x@y", to: [c@d]}}'), "expected a mail address"),
        (destination("{mail: {host: h, from: a@b, to: []}}"), "at least one address"),
        (destination("{mail: {host: h, from: a@b, to: [c@d], user: u}}"), "user and password, or neither"),
        (destination('{webhook: {url: "ftp://h/x", secret: "${TOKEN}"}}'), "an address of another kind"),
        (destination('{webhook: {url: "https://${TOKEN}/x", secret: "${TOKEN}"}}'), "host does not stand there"),
        (destination('{webhook: {url: "https://h/x", secret: "${NONE}"}}'), "the environment has no NONE"),
        (destination('{mqtt: {host: h, topic: "a/#"}}'), "an MQTT topic without"),
        (destination('{mqtt: {host: "h:1883"}}'), "without port"),
    ],
)
def test_a_fault_is_named_with_its_place_and_remedy(tmp_path: Path, alerts: str, says: str) -> None:
    with pytest.raises(SiteFileError) as caught:
        load(tmp_path, alerts)
    assert re.search(says, str(caught.value)), caught.value
    assert re.search(r"site\.yaml:\d+: alerts\.", str(caught.value))


@pytest.mark.parametrize(
    "written",
    [
        "{mail: {host: h, from: a@b, to: [c@d], user: u, password: correct-horse-battery}}",
        '{webhook: {url: "https://h/x", secret: correct-horse-battery}}',
        '{webhook: {url: "https://u:correct-horse-battery@h/x", secret: "${TOKEN}"}}',
        '{webhook: {url: "https://h/x?token=correct-horse-battery", secret: "${TOKEN}"}}',
        '{apprise: {url: "slack://correct-horse-battery"}}',
    ],
)
def test_a_secret_that_stands_in_the_file_is_refused_and_not_quoted(tmp_path: Path, written: str) -> None:
    with pytest.raises(SiteFileError) as caught:
        load(tmp_path, destination(written))
    assert SECRET not in str(caught.value)


def test_a_password_in_the_clear_is_warned_about(tmp_path: Path) -> None:
    mail = '{mail: {host: h, tls: none, from: a@b, to: [c@d], user: u, password: "${MAIL_PASSWORD}"}}'
    assert any("in the clear" in warning for warning in load(tmp_path, destination(mail)).warnings)


@pytest.mark.parametrize(
    ("kind", "warned"),
    [('{webhook: {url: "https://h/x", secret: "${TOKEN}"}}', True), ("{mqtt: {host: h}}", False)],
)
def test_a_destination_that_no_policy_tells_is_warned_about_unless_it_is_a_broker(
    tmp_path: Path, kind: str, warned: bool
) -> None:
    warnings = load(tmp_path, destination(kind)).warnings
    assert any("alerts.destinations.d: no policy tells it anything" in warning for warning in warnings) is warned


def test_whatever_can_be_raised_can_be_named_by_a_policy_and_has_words() -> None:
    assert set(RULES) == words("ja").rules.keys() == words("en").rules.keys()
