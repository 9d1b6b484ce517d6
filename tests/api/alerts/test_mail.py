"""Mail to a real mail server: what it gets, and what its answers mean."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest

from api.alerts.alert import Alert
from api.alerts.errors import DeliveryError, NeverError, NotNowError, UnreachableError
from api.alerts.mail import MailChannel
from api.alerts.pictures import Picture
from api.alerts.settings import Login, Mail, Tls
from api.language import Language
from api.secret import Secret
from api.site import Site
from custody.records.outbox import Kind
from tests.api.alerts.certificate import serving_context, write_certificate
from tests.api.alerts.conftest import MAIL, OPEN_MS, incident_at
from tests.api.alerts.mailbox import Mailbox, mailbox

JPEG: Final = b"\xff\xd8 a picture \xff\xd9"
PASSWORD: Final = "correct-horse-battery"


class Camera:
    """Gives one picture, or none."""

    def __init__(self, picture: Picture | None) -> None:
        self._picture = picture

    async def of(self, _alert: Alert) -> Picture | None:
        return self._picture


PICTURE: Final = Camera(Picture(JPEG, "counter", OPEN_MS + 500))


@pytest.fixture
def server() -> Iterator[Mailbox]:
    with mailbox() as running:
        yield running


@pytest.fixture
def alert(site: Site) -> Alert:
    return Alert("tsurumi-1-1", Kind.RAISED, 0, site, (incident_at(0, "a", item="T-01", after_hours=True),))


def deliver(alert: Alert, port: int, camera: Camera = PICTURE, **changes: Any) -> None:
    settings: Mail = replace(MAIL, host="127.0.0.1", port=port, **changes)

    async def run() -> None:
        try:
            await MailChannel(settings, camera, lambda: OPEN_MS + 2_000).deliver(alert)
        finally:
            await asyncio.sleep(0.02)  # asyncio needs a few rounds of the loop to close a connection with TLS

    asyncio.run(run())


def failure(alert: Alert, port: int, **changes: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver(alert, port, **changes)
    return caught.value


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_says_what_where_and_when_in_japanese(server: Mailbox, alert: Alert) -> None:
    deliver(alert, server.port)
    (mail,) = server.received
    assert mail["Subject"] == "【警報】保管物の所在不明：交付用端末 1 (T-01)（鶴見区役所 戸籍課）"
    assert body(mail, "plain").splitlines() == [
        "警報：保管物の所在不明",
        "場所：交付用端末 1 (T-01), カメラ counter",
        "時刻：2018-02-21 10:00:00（09:59:57 から） 時間外",
        "番号：a",
        "",
        "カメラ counter、2018-02-21 10:00:00 の映像",
    ]


def test_a_mail_says_the_same_in_english(server: Mailbox, alert: Alert) -> None:
    deliver(alert, server.port, language="en")
    (mail,) = server.received
    assert mail["Subject"] == "[alarm] Item gone from its place: 交付用端末 1 (T-01) (鶴見区役所 戸籍課)"
    assert body(mail, "plain").splitlines() == [
        "alarm: Item gone from its place",
        "Where: 交付用端末 1 (T-01), camera counter",
        "Time: 2018-02-21 10:00:00 (since 09:59:57) after hours",
        "No.: a",
        "",
        "Camera counter, picture of 2018-02-21 10:00:00",
    ]


def test_the_picture_of_the_moment_is_shown_in_it(server: Mailbox, alert: Alert) -> None:
    deliver(alert, server.port)
    (mail,) = server.received
    assert '<img src="cid:moment"' in body(mail, "html")
    (picture,) = (part for part in mail.walk() if part.get_content_type() == "image/jpeg")
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<moment>", "inline")
    assert picture.get_content() == JPEG


def test_without_a_picture_it_says_so(server: Mailbox, alert: Alert) -> None:
    deliver(alert, server.port, Camera(None))
    (mail,) = server.received
    assert "映像はありません。" in body(mail, "plain")
    assert "<img" not in body(mail, "html")


def test_it_can_be_told_from_others_and_is_not_answered_by_machines(server: Mailbox, alert: Alert) -> None:
    deliver(alert, server.port)
    deliver(alert, server.port)
    first, again = server.received
    assert first["Message-ID"] == again["Message-ID"] == "<tsurumi-1-1@example.jp>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"] == "Wed, 21 Feb 2018 10:00:02 +0900"


def test_several_incidents_are_told_in_one_and_the_loudest_is_named(server: Mailbox, alert: Alert) -> None:
    notice = incident_at(1, "b", rule="person_after_hours", zone="lobby", item=None, severity="notice")
    deliver(replace(alert, incidents=(notice, *alert.incidents)), server.port)
    (mail,) = server.received
    assert mail["Subject"] == "【警報】保管物の所在不明：交付用端末 1 (T-01) ほか1件（鶴見区役所 戸籍課）"
    assert "番号：b" in body(mail, "plain")


@pytest.mark.parametrize(("language", "says"), [("ja", "未確認"), ("en", "not acknowledged")])
def test_a_later_stage_says_that_nobody_has_acknowledged_it(
    server: Mailbox, alert: Alert, language: Language, says: str
) -> None:
    deliver(replace(alert, stage=1), server.port, language=language)
    (mail,) = server.received
    assert says in mail["Subject"]


@pytest.mark.parametrize(("language", "says"), [("ja", "【試験】"), ("en", "[test]")])
def test_a_test_says_that_it_is_one(server: Mailbox, alert: Alert, language: Language, says: str) -> None:
    deliver(replace(alert, incidents=()), server.port, Camera(None), language=language)
    (mail,) = server.received
    assert mail["Subject"].startswith(says)


def test_names_of_the_site_are_no_markup(server: Mailbox, alert: Alert) -> None:
    deliver(replace(alert, incidents=(incident_at(0, item="<script>"),)), server.port)
    assert "&lt;script&gt;" in body(server.received[0], "html")


@pytest.mark.parametrize(
    ("refusal", "means"), [("451 try later", NotNowError), ("452 full", NotNowError), ("554 spam", NeverError)]
)
def test_a_refusal_is_final_from_500_on(
    server: Mailbox, alert: Alert, refusal: str, means: type[DeliveryError]
) -> None:
    server.refusal = refusal
    error = failure(alert, server.port)
    assert type(error) is means
    assert refusal[:3] in str(error)


def test_a_mailbox_that_does_not_exist_is_named(server: Mailbox, alert: Alert) -> None:
    server.refused = frozenset({"gone@example.jp"})
    error = failure(alert, server.port, to=("duty@example.jp", "gone@example.jp"))
    assert isinstance(error, NeverError)
    assert "gone@example.jp" in str(error)
    assert len(server.received) == 1


def test_a_server_that_is_not_there_is_unreachable(alert: Alert) -> None:
    with mailbox() as gone:
        port = gone.port
    error = failure(alert, port)
    assert isinstance(error, UnreachableError)
    assert f"127.0.0.1:{port}" in str(error)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path)


def strict(password: str) -> dict[str, Any]:
    return {"tls": Tls.STARTTLS, "login": Login("kuraban", Secret(password, shown="***"))}


def test_it_signs_in_where_it_is_told_to(alert: Alert, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mailbox(serving_context(certificate)) as server:
        deliver(alert, server.port, **strict("right"))
        assert server.logins == [("kuraban", "right")]
        assert len(server.received) == 1


def test_a_wrong_password_makes_everything_wait_and_is_not_told(
    alert: Alert, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mailbox(serving_context(certificate)) as server:
        error = failure(alert, server.port, **strict(PASSWORD))
    assert isinstance(error, UnreachableError)
    assert "535" in str(error)
    assert PASSWORD not in f"{error} {error!r}"


def test_a_server_whose_certificate_nobody_trusts_is_told_nothing(alert: Alert, certificate: Path) -> None:
    with mailbox(serving_context(certificate)) as server:
        assert isinstance(failure(alert, server.port, **strict("right")), UnreachableError)
        assert (server.logins, server.received) == ([], [])
