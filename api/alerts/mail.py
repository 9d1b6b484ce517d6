"""Telling people by mail: text, the same as HTML, and the picture of the moment inside it."""

from __future__ import annotations

import html
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

import aiosmtplib

from api.alerts import wording
from api.alerts.alert import Alert
from api.alerts.errors import DeliveryError, NeverError, NotNowError, UnreachableError
from api.alerts.pictures import Picture, Pictures
from api.alerts.settings import Mail, Tls

TIMEOUT_S: Final = 15.0

_STYLE: Final = "font-family:sans-serif;white-space:pre-line"


class MailChannel:
    """Sends to the addresses of one destination. now_ms: the clock of the service, for the date of a mail."""

    def __init__(self, settings: Mail, pictures: Pictures, now_ms: Callable[[], int]) -> None:
        self._settings = settings
        self._pictures = pictures
        self._now_ms = now_ms

    async def deliver(self, alert: Alert) -> None:
        """Send it."""
        picture = await self._pictures.of(alert)
        message = composed(alert, self._settings, picture, self._now_ms())
        settings, login = self._settings, self._settings.login
        try:
            refused, _ = await aiosmtplib.send(
                message,
                hostname=settings.host,
                port=settings.port,
                username=None if login is None else login.user,
                password=None if login is None else login.password.reveal(),
                use_tls=settings.tls is Tls.TLS,
                start_tls=settings.tls is Tls.STARTTLS,
                timeout=TIMEOUT_S,
            )
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise self._meaning(error) from None
        if refused:
            code = min(answer.code for answer in refused.values())
            raise _refusal(code, f"{settings.host} takes it for others, and not for {', '.join(refused)}: {code}")

    def _meaning(self, error: Exception) -> DeliveryError:
        """Return what a fault means, in words that quote only the server's status: it may repeat what was sent."""
        code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else None
        if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
            code = max(one.code for one in error.recipients)
        said = f"{self._settings.host}:{self._settings.port}: {type(error).__name__}"
        if code is None:
            return UnreachableError(said)
        if isinstance(error, aiosmtplib.SMTPAuthenticationError | aiosmtplib.SMTPConnectResponseError):
            return UnreachableError(f"{said}, status {code}")
        return _refusal(code, f"{said}, status {code}")


def _refusal(code: int, said: str) -> DeliveryError:
    """Return what a refusal of one mail means (RFC 5321): from 500 on it is final."""
    return NeverError(said) if code >= 500 else NotNowError(said)


def composed(alert: Alert, settings: Mail, picture: Picture | None, now_ms: int) -> EmailMessage:
    """Return a mail. now_ms: its date, UTC milliseconds."""
    domain = settings.sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.to)
    message["Subject"] = wording.subject(alert, settings.language)
    message["Date"] = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(alert.site.timezone)
    message["Message-ID"] = f"<{alert.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: so that absence notices do not answer
    if alert.incidents:
        message["References"] = f"<{alert.incidents[0].id}@{domain}>"  # mails about one incident lie together
    told = wording.text(alert, settings.language)
    under = "" if alert.is_test else _caption(alert, settings, picture)
    message.set_content(f"{told}\n\n{under}\n" if under else f"{told}\n")
    shown = "" if picture is None else '<p><img src="cid:moment" alt="" style="max-width:100%"></p>'
    page = f'<p style="{_STYLE}">{html.escape(told)}</p>{shown}<p style="{_STYLE}">{html.escape(under)}</p>'
    message.add_alternative(f"<!DOCTYPE html><html><body>{page}</body></html>", subtype="html")
    if picture is not None:
        message.get_body(("html",)).add_related(  # type: ignore[union-attr]
            picture.jpeg, "image", "jpeg", cid="<moment>", filename=f"{picture.camera}.jpg", disposition="inline"
        )
    return message


def _caption(alert: Alert, settings: Mail, picture: Picture | None) -> str:
    if picture is None:
        return wording.no_picture(settings.language)
    return wording.caption(picture.camera, picture.captured_at_ms, alert.site, settings.language)
