"""The forms of alerts: where they go, and what became of each message."""

from __future__ import annotations

from pydantic import Field

from api.web.models.base import Answer, At
from custody.records.outbox import Kind, State


class DestinationAnswer(Answer):
    """Where alerts go. leads_to: without anything secret. waiting, dead: how many messages are, for it."""

    id: str = Field(examples=["duty"])
    kind: str = Field(examples=["mail"])
    leads_to: str = Field(examples=["duty@example.jp (mail.example.jp:587)"])
    waiting: int = Field(examples=[0])
    dead: int = Field(examples=[0])


class TestAnswer(Answer):
    """What came of a test. failure: why it was not taken."""

    delivered: bool
    failure: str | None = Field(examples=["mail.example.jp:587: SMTPConnectError"])


class MessageAnswer(Answer):
    """A message. stage: from 0. next: when it is tried (again), of one that waits. failure: of the last attempt."""

    id: int = Field(examples=[7])
    destination: str = Field(examples=["duty"])
    policy: str = Field(examples=["night"])
    stage: int = Field(examples=[0])
    kind: Kind
    incidents: list[str] = Field(examples=[["tsurumi-0003"]])
    state: State
    attempts: int = Field(examples=[1])
    due: At
    next: At | None
    done: At | None
    failure: str | None = Field(examples=[None])
