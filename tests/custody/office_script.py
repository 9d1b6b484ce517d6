"""What people write down in an office, a line an entry, as it would be told.

17:05 count B-0221 78 78                    two people count, each by themselves
17:10 in T-01 by sato,suzuki                names where they matter; else sato and suzuki
17:20 lock tells 17:00                      signed at 17:20, tells of 17:00
22T08:30 open                               another day of the month

out ITEM [SLOT]   in ITEM   open   lock   key FROM TO   count SUBJECT NUMBER [NUMBER]
sheet TERMINALS CARDS [no QUESTION]   register ITEM KIND [EXPECTED]   retire ITEM REASON
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from custody.acts import (
    Act,
    CheckIn,
    CheckOut,
    Correction,
    Count,
    KeyHandOver,
    Registration,
    Retirement,
    Signature,
    Signed,
    VaultLocked,
    VaultOpened,
)
from custody.checklist import Checklist
from custody.entries import Draft, Entry
from custody.office import Office
from custody.raising import Raiser
from custody.settings import CustodySettings
from vision.hours import OfficeHours, OpenRange
from vision.incidents import Incident
from vision.items import ItemKind

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKDAY = (OpenRange(8 * 60 + 45, 17 * 60),)
HOURS = OfficeHours(TOKYO, (WEEKDAY,) * 5 + ((),) * 2)
RAISER = Raiser("tsurumi", HOURS)
THE_DAY = date(2018, 2, 21)
DOOR = "vault-door"
INVENTORY = (
    Registration(DOOR, ItemKind.DOOR, "保管庫", slot=DOOR),
    Registration("T-01", ItemKind.TERMINAL, "交付用端末 1", vault=DOOR, slot="T-01"),
    Registration("T-02", ItemKind.TERMINAL, "交付用端末 2", vault=DOOR, slot="T-02"),
    Registration("B-0221", ItemKind.CARDS, "交付前カード", expected=78, vault=DOOR),
    Registration("K-01", ItemKind.KEY, "保管庫の鍵"),
)


def at_ms(text: str, day: date = THE_DAY) -> int:
    """Return a local time as UTC milliseconds: `17:05`, `17:05:30`, or `22T17:05` for another day of the month."""
    number, _, clock = text.rpartition("T")
    moment = datetime.fromisoformat(f"{day.replace(day=int(number)) if number else day}T{clock}")
    return round(moment.replace(tzinfo=TOKYO).timestamp() * 1000)


def clock(moment_ms: int) -> str:
    """Return a moment as the script writes it."""
    return datetime.fromtimestamp(moment_ms / 1000, TOKYO).strftime("%dT%H:%M:%S")


def entry(seq: int, draft: Draft) -> Entry:
    return Entry(seq, draft.at_ms, draft.kind, "tsurumi", draft.actors, draft.body)


def signed(act: Act, written_ms: int, names: Sequence[str], request: str, told_ms: int | None = None) -> Signed:
    signatures = tuple(Signature(name, written_ms) for name in names)
    return Signed(act, written_ms if told_ms is None else told_ms, signatures, request)


def registered(day: date = THE_DAY, inventory: Sequence[Registration] = INVENTORY) -> list[Entry]:
    """Return the entries that register the inventory, before the morning of the day begins."""
    moment = at_ms("06:30", day)
    acts = [signed(item, moment, ["tanaka"], f"register-{item.item}") for item in inventory]
    return [entry(seq, act.draft()) for seq, act in enumerate(acts)]


def written(script: str, day: date = THE_DAY, first_seq: int = 0) -> list[Entry]:
    """Return the entries of a script."""
    lines = [line.split("#")[0].split() for line in script.splitlines()]
    acts = [_line(words, day, first_seq + seq) for seq, words in enumerate(line for line in lines if line)]
    return [entry(first_seq + seq, act.draft()) for seq, act in enumerate(acts)]


def office(settings: CustodySettings | None = None) -> Office:
    return Office(settings or CustodySettings(), RAISER)


def told(
    script: str, until: str = "23:00", day: date = THE_DAY, settings: CustodySettings | None = None
) -> list[Incident]:
    """Play a script to an office with the usual inventory; return the incidents as they stood in the end."""
    entries = registered(day)
    entries += written(script, day, len(entries))
    judged = office(settings)
    raised = [incident for taken in entries for incident in judged.take(taken)]
    raised += judged.tick(at_ms(until, day))
    return list({incident.id: incident for incident in raised}.values())


def rows(incidents: Sequence[Incident]) -> list[str]:
    """Return incidents as a reader would note them: `21T17:30:00 closing_overdue items_counted`."""
    return [
        " ".join(
            part
            for part in (
                clock(incident.raised_at_ms),
                incident.rule,
                str(incident.why.get("step", "")),
                incident.item or "",
            )
            if part
        )
        for incident in incidents
    ]


def _line(words: list[str], day: date, seq: int) -> Signed:
    moment, verb, *rest = words
    options = {name: rest[rest.index(name) + 1] for name in ("by", "tells", "request", "corrects") if name in rest}
    arguments = rest[: min((rest.index(name) for name in options), default=len(rest))]
    written_ms = at_ms(moment, day)
    names = options["by"].split(",") if "by" in options else None
    told_ms = at_ms(options["tells"], day) if "tells" in options else written_ms
    act = _act(verb, arguments, datetime.fromtimestamp(written_ms / 1000, TOKYO).date())
    correction = Correction(int(options["corrects"]), "a slip") if "corrects" in options else None
    signatures = tuple(Signature(name, written_ms) for name in names or _signers(act))
    return Signed(act, told_ms, signatures, options.get("request", f"r-{seq}"), correction)


def _signers(act: Act) -> tuple[str, ...]:
    """Return who signs where the line does not say."""
    match act:
        case KeyHandOver(giver=giver, receiver=receiver):
            return giver, receiver
        case Count(numbers=numbers):
            return ("sato", "suzuki")[: len(numbers)]
    return ("sato",) if isinstance(act, Registration) else ("sato", "suzuki")


def _act(verb: str, words: list[str], day: date) -> Act:
    act: Act
    match verb, words:
        case "out", [item, *slot]:
            act = CheckOut(item, *slot)
        case "in", [item]:
            act = CheckIn(item, DOOR)
        case "open", []:
            act = VaultOpened(DOOR)
        case "lock", []:
            act = VaultLocked(DOOR)
        case "key", [giver, receiver]:
            act = KeyHandOver("K-01", giver, receiver)
        case "count", [subject, *numbers]:
            act = Count(subject, tuple(int(number) for number in numbers))
        case "sheet", [terminals, cards, *no]:
            act = _sheet(day, int(terminals), int(cards), no[1:])
        case "register", [item, kind, *expected]:
            vault = None if kind in {"door", "key"} else DOOR
            act = Registration(item, ItemKind(kind), item, int(expected[0]) if expected else None, vault)
        case "retire", [item, *reason]:
            act = Retirement(item, " ".join(reason))
        case _:
            raise ValueError(f"no line of a script: {verb} {words}")
    return act


def _sheet(day: date, terminals: int, cards: int, no: list[str]) -> Checklist:
    answers = {
        question: question not in no for question in ("wire_locks_attached", "vault_locked", "partition_closed")
    }
    return Checklist(day=day, terminals=terminals, cards=cards, **answers)
