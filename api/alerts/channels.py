"""What tells a destination, by the kind of its settings: the one place that knows all channels."""

from __future__ import annotations

from collections.abc import Callable

from api.alerts.alert import Channel, MakeChannel
from api.alerts.apprise import AppriseChannel
from api.alerts.mail import MailChannel
from api.alerts.mqtt import MqttChannel
from api.alerts.pictures import Pictures
from api.alerts.settings import Apprise, Mail, Mqtt, Webhook
from api.alerts.settings import Channel as Settings
from api.alerts.webhook import WebhookChannel


def channel_maker(pictures: Pictures, now_ms: Callable[[], int]) -> MakeChannel:
    """Return what makes channels. now_ms: the clock of the service."""

    def make(settings: Settings) -> Channel:
        match settings:
            case Webhook():
                return WebhookChannel(settings, now_ms)
            case Mail():
                return MailChannel(settings, pictures, now_ms)
            case Mqtt():
                return MqttChannel(settings)
            case Apprise():
                return AppriseChannel(settings)

    return make
