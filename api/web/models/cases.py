"""The forms of cases and holds."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from api.web.models.acts import Account
from api.web.models.base import Answer, Asked, At, Id, Line, Moment, Text, ms_of
from api.web.models.ledger import Seq
from custody.cases import Case, Part, PartKind
from custody.holds import Hold
from custody.intervals import Interval
from custody.mandate import Mandate
from vision.incidents import local_time

CaseId = Annotated[str, Field(pattern=r"^C-[1-9][0-9]{0,8}$", examples=["C-1"])]


class Authorised(Asked):
    """What for, and the document that permits it."""

    reason: Line
    authority: Line

    def mandate(self, account: str) -> Mandate:
        """Return it as somebody's word."""
        return Mandate(account, self.reason, self.authority)


class NewCase(Authorised):
    """A case. title: what it is about."""

    title: Line


class Stretch(Asked):
    """A camera from and to."""

    camera: Id
    start: Moment
    end: Moment

    @property
    def interval(self) -> Interval:
        """From when to when, UTC milliseconds."""
        return ms_of(self.start), ms_of(self.end)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.start >= self.end:
            raise ValueError("it ends before it begins: swap start and end")
        return self


class AddedIncident(Asked):
    """An incident that belongs to a case."""

    kind: Literal["incident"]
    incident: Line


class AddedEntry(Asked):
    """An entry of the ledger that belongs to a case."""

    kind: Literal["entry"]
    entry: Annotated[Seq, Field(strict=True)]


class AddedClip(Stretch):
    """A stretch of footage that belongs to a case."""

    kind: Literal["clip"]


class AddedNote(Asked):
    """A note."""

    kind: Literal["note"]
    note: Text


Added = Annotated[AddedIncident | AddedEntry | AddedClip | AddedNote, Field(discriminator="kind")]


class Adding(Asked):
    """What is put into a case, all or none; nothing is taken out again."""

    parts: list[Added] = Field(min_length=1, max_length=100)


class ClosingCase(Asked):
    """What was found, in words."""

    outcome: Text


class NewHold(Stretch, Authorised):
    """Footage that nothing may delete, for a case."""

    case: CaseId


class PartAnswer(Answer):
    """What somebody put into a case. what: id, number or text. start, end: of a clip, whose camera is `what`."""

    kind: PartKind
    what: str
    by: Account
    at: At
    start: At | None
    end: At | None

    @classmethod
    def of(cls, part: Part, timezone: ZoneInfo) -> PartAnswer:
        """Return the form of a part."""
        start, end = _told(part.stretch, timezone)
        return cls(
            kind=part.kind,
            what=part.what,
            by=part.by,
            at=local_time(part.at_ms, timezone),
            start=start,
            end=end,
        )


class HoldAnswer(Answer):
    """A hold that stands. number: of its entry."""

    number: Seq
    case: str
    camera: str
    start: At
    end: At
    by: Account
    reason: str
    authority: str
    placed: At

    @classmethod
    def of(cls, hold: Hold, timezone: ZoneInfo) -> HoldAnswer:
        """Return the form of a hold."""
        return cls(
            number=hold.number,
            case=hold.case,
            camera=hold.camera,
            start=local_time(hold.from_ms, timezone),
            end=local_time(hold.to_ms, timezone),
            by=hold.mandate.by,
            reason=hold.mandate.reason,
            authority=hold.mandate.authority,
            placed=local_time(hold.placed_at_ms, timezone),
        )


class Released(Answer):
    """A hold was released. still_held: the holds by which some of the same footage still is."""

    still_held: list[HoldAnswer]


class CaseAnswer(Answer):
    """A case. closed, outcome: null while it is open."""

    id: CaseId
    title: str
    by: Account
    reason: str
    authority: str
    opened: At
    parts: int
    closed: At | None
    outcome: str | None

    @classmethod
    def of(cls, case: Case, timezone: ZoneInfo) -> CaseAnswer:
        """Return the form of a case."""
        closing = case.closing
        return cls(
            id=case.id,
            title=case.title,
            by=case.mandate.by,
            reason=case.mandate.reason,
            authority=case.mandate.authority,
            opened=local_time(case.opened_at_ms, timezone),
            parts=len(case.parts),
            closed=None if closing is None else local_time(closing.at_ms, timezone),
            outcome=None if closing is None else closing.outcome,
        )


class WholeCase(CaseAnswer):
    """A case with what is in it, and what is held for it."""

    contents: list[PartAnswer]
    holds: list[HoldAnswer]


def _told(stretch: Interval | None, timezone: ZoneInfo) -> tuple[str | None, str | None]:
    if stretch is None:
        return None, None
    return local_time(stretch[0], timezone), local_time(stretch[1], timezone)
