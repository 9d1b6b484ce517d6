"""What tells a destination, by the kind of its settings: the one place that knows all channels."""

from __future__ import annotations

from api.alerts.alert import Channel, MakeChannel
from api.alerts.apprise import AppriseChannel
from api.alerts.mail import MailChannel
from api.alerts.mqtt import MqttChannel
from api.alerts.pictures import OfficePictures
from api.alerts.settings import Apprise, Mail, Mqtt, Webhook
from api.alerts.settings import Channel as Settings
from api.alerts.webhook import WebhookChannel
from api.runtime.office import LiveOffice


def channel_maker(office: LiveOffice) -> MakeChannel:
    """Return what makes the channels of an office."""
    pictures = OfficePictures(office)

    def make(settings: Settings) -> Channel:
        match settings:
            case Webhook():
                return WebhookChannel(settings, office.now_ms)
            case Mail():
                return MailChannel(settings, pictures, office.now_ms)
            case Mqtt():
                return MqttChannel(settings)
            case Apprise():
                return AppriseChannel(settings)

    return make
