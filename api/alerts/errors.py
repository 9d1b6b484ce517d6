"""Why a destination was not told, and with that what happens next. No message has a secret in it."""

from __future__ import annotations


class DeliveryError(Exception):
    """A message was not delivered; the message says why."""


class UnreachableError(DeliveryError):
    """The destination cannot be reached or takes nothing now: everything for it waits."""


class NotNowError(DeliveryError):
    """The destination has not taken this message now: it is tried again, and others meanwhile."""


class NeverError(DeliveryError):
    """The destination will not take this message, however often it is tried."""
