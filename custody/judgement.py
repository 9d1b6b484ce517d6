"""What a single entry gives away by itself: numbers that do not agree, one signature where two are due. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custody.acts import CheckIn, CheckOut, Count, KeyHandOver, Retirement, VaultOpened
from custody.books import Books, Written
from custody.checklist import Checklist
from custody.raising import About, Raiser, Spell
from vision.incidents import Incident

_BY_TWO: Final = (Retirement, CheckOut, CheckIn, Count, KeyHandOver, VaultOpened, Checklist)
"""What takes two people, also where the entry could be written with one name: it is recorded as it was."""


def judge(written: Written, books: Books, raiser: Raiser) -> list[Incident]:
    """Return the incidents of one entry that the books have taken."""
    raised = _alone(written, raiser)
    match written.act:
        case Count() as count:
            raised += _of_count(count, written, books, raiser)
        case Checklist() as sheet:
            raised += _of_sheet(sheet, written, books, raiser)
    return raised


def _alone(written: Written, raiser: Raiser) -> list[Incident]:
    names = written.signed.names
    if not isinstance(written.act, _BY_TWO) or len(names) > 1:
        return []
    about = About(item=getattr(written.act, "item", None) or getattr(written.act, "vault", None))
    fact = f"entry {written.seq} ({written.act.KIND}) is signed by {names[0]} alone"
    why = {"fault": "signed alone", "signers": list(names)}
    return [_told("two_person_breach", written, about, fact, raiser, **why)]


def _of_count(count: Count, written: Written, books: Books, raiser: Raiser) -> list[Incident]:
    expected = books.expected(count.item)
    numbers, names = list(count.numbers), list(written.signed.names)
    why = {"fault": "not as expected", "signers": names, "numbers": numbers, "expected": expected}
    if len(set(numbers)) > 1:
        fact = f"{names[0]} counted {numbers[0]}, {names[1]} counted {numbers[1]}"
        why["fault"] = "counts differ"
    elif numbers[0] != expected:
        fact = f"{numbers[0]} counted of {expected} that there should be"
    else:
        return []
    return [_told("count_mismatch", written, About(item=count.item), fact, raiser, **why)]


def _of_sheet(sheet: Checklist, written: Written, books: Books, raiser: Raiser) -> list[Incident]:
    raised = [
        _wrong_number(what, stated, expected, written, raiser)
        for what, (stated, expected) in _numbers(sheet, books).items()
        if stated != expected
    ]
    if sheet.answered_no:
        fact = f"the sheet answers no to {', '.join(sheet.answered_no)}"
        about = About(step="sheet_signed")
        why = {"fault": "answered no", "answers": list(sheet.answered_no)}
        raised.append(_told("closing_overdue", written, about, fact, raiser, **why))
    return raised


def _numbers(sheet: Checklist, books: Books) -> Mapping[str, tuple[int, int]]:
    """Return what the sheet states and what the books do, by what was counted."""
    expected = books.expected_on_sheet
    return {"terminals": (sheet.terminals, expected.terminals), "cards": (sheet.cards, expected.cards)}


def _wrong_number(what: str, stated: int, expected: int, written: Written, raiser: Raiser) -> Incident:
    fact = f"the sheet states {stated} {what}, by the ledger there are {expected}"
    about = About(item=what, step="sheet_signed")
    why = {"fault": "sheet differs", "stated": stated, "expected": expected}
    return _told("count_mismatch", written, about, fact, raiser, **why)


def _told(rule: str, written: Written, about: About, fact: str, raiser: Raiser, **why: object) -> Incident:
    return raiser.incident(rule, Spell.moment(written.at_ms), about, fact, seq=written.seq, **why)
