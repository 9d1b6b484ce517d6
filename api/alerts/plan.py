"""What is told of an incident, when and to whom, by the policies of the site file. Pure: times are arguments.

    raised                                            the first stage of a policy is due
    nothing of the policy within `group_s` before     `after_s` later, which is at once where that is 0
    something was                                     `group_s` after it, together with what else comes until then
    the same at the same place within `repeat_s`,     not at all: people are being told of it
    not acknowledged yet
    before `group_s` was over                         with the message that is to come then

Later stages follow the first. What is not told at once is told only of what nobody has acknowledged by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.alerts.settings import Policy, Stretch
from custody.records.outbox import Owed
from vision.incidents import Incident, Severity

_LOUDNESS: Final = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Past:
    """What a policy has told before an incident, UTC milliseconds.

    group_ms: when its newest message was due. unanswered_ms: when the same at the same place was raised last that was
    told and that nobody has acknowledged.
    """

    group_ms: int | None = None
    unanswered_ms: int | None = None


def fits(policy: Policy, incident: Incident, stretch: Stretch) -> bool:
    """Tell whether a policy tells of an incident that was raised in this stretch of the office's time."""
    return (
        (policy.rules is None or incident.rule in policy.rules)
        and (policy.cameras is None or incident.camera in policy.cameras)
        and _LOUDNESS.index(incident.severity) >= _LOUDNESS.index(policy.severity)
        and stretch in policy.when
    )


def first_due_ms(policy: Policy, raised_at_ms: int, past: Past) -> int | None:
    """Return when the first stage is due, UTC milliseconds; None where an incident is not told."""
    group_ms, repeat_ms = round(policy.group_s * 1000), round(policy.repeat_s * 1000)
    if past.unanswered_ms is not None and raised_at_ms - past.unanswered_ms < repeat_ms:
        return None
    alone_ms = raised_at_ms + round(policy.stages[0].after_s * 1000)
    # Further ahead than a group lasts is none: the clock was set back since.
    if not group_ms or past.group_ms is None or abs(alone_ms - past.group_ms) >= group_ms:
        return alone_ms
    return past.group_ms if alone_ms < past.group_ms else past.group_ms + group_ms


def owed(policy: Policy, due_at_ms: int) -> Iterator[Owed]:
    """Give what a policy has told of an incident whose first stage is due at a moment."""
    first_s = policy.stages[0].after_s
    for number, stage in enumerate(policy.stages):
        at_ms = due_at_ms + round((stage.after_s - first_s) * 1000)
        for destination in stage.to:
            yield Owed(policy.id, number, destination, at_ms, if_open=stage.after_s > 0)
