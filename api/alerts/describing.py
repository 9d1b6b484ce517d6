"""Destinations as people are told of them: what they are and where they lead, without anything secret."""

from __future__ import annotations

from api.alerts.settings import Apprise, Channel, Mail, Mqtt, Webhook


def kind_of(settings: Channel) -> str:
    """Return what a destination is called in the site file."""
    return type(settings).__name__.lower()


def leads_to(settings: Channel) -> str:
    """Return where a destination leads."""
    match settings:
        case Mail():
            return f"{', '.join(settings.to)} ({settings.host}:{settings.port})"
        case Mqtt():
            return f"{settings.host}:{settings.port}/{settings.topic}"
        case Webhook() | Apprise():
            return str(settings.url)
