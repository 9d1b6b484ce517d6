"""Two people, two numbers, and the second knows nothing of the first."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.acts import ActError, Count, Pending, Signature, Signed, VaultOpened, read_signed, signed_alone
from custody.counts import OpenCount
from custody.entries import Entry, EntryError
from custody.fields import MOST_PIECES, FieldError
from tests.custody.office_script import at_ms, entry, registered, rows, told

SATO = Signature("sato", at_ms("17:05"))
SUZUKI = Signature("suzuki", at_ms("17:06"))
numbers = st.integers(0, MOST_PIECES)


def opened(number: Any = 78) -> OpenCount:
    return OpenCount("B-0221", SATO, "r-1", number)


@given(numbers)
def test_nothing_that_is_shown_of_an_open_count_depends_on_its_number(number: int) -> None:
    assert opened(number).shown() == opened(0).shown()
    assert repr(opened(number)) == repr(opened(0))


@given(numbers, numbers)
def test_both_numbers_stand_on_the_ledger_whether_or_not_they_agree(first: int, second: int) -> None:
    line = entry(0, opened(first).joined(SUZUKI, second).draft()).line
    assert json.loads(line)["body"]["numbers"] == [first, second]
    assert json.loads(line)["actors"] == ["sato", "suzuki"]


def test_a_count_tells_of_the_moment_at_which_the_second_was_in() -> None:
    count = opened().joined(SUZUKI, 78)
    assert (count.at_ms, count.written_at_ms) == (SUZUKI.at_ms, SUZUKI.at_ms)


def test_nobody_counts_twice() -> None:
    with pytest.raises(ActError, match="sato cannot sign twice: the second signature must be another person's"):
        opened().joined(SATO, 78)


def test_a_count_that_nobody_joins_is_recorded_as_one_persons() -> None:
    alone = opened().lapsed()
    assert alone.names == ("sato",)
    assert rows(told("17:05 count B-0221 78 by sato", until="17:06"))[-1] == "21T17:05:00 two_person_breach B-0221"


@pytest.mark.parametrize("number", [True, 78.0, "78", None, -1, MOST_PIECES + 1])
def test_a_number_of_pieces_is_a_whole_number(number: object) -> None:
    with pytest.raises(FieldError, match="expected a whole number from 0 to 1000000"):
        opened(number)
    with pytest.raises(FieldError, match=r"numbers\[1\]: found"):
        Count("B-0221", (78, number))  # type: ignore[arg-type]


@pytest.mark.parametrize(("counted", "agreed"), [((78, 78), 78), ((0, 0), 0), ((78, 77), None), ((78,), None)])
def test_two_people_agree_or_there_is_no_agreed_number(counted: tuple[int, ...], agreed: int | None) -> None:
    assert Count("B-0221", counted).agreed == agreed


def test_a_disagreement_names_who_found_what() -> None:
    differing = told("17:05 count B-0221 78 77", until="17:06")[-1]
    assert differing.rule == "count_mismatch"
    assert differing.why["fact"] == "sato counted 78, suzuki counted 77"
    assert differing.why["numbers"] == [78, 77]


# Signing


def test_what_two_must_sign_is_not_taken_from_one() -> None:
    pending = Pending(Count("B-0221", (78,)), SATO.at_ms, SATO, "r-1")
    with pytest.raises(ActError, match="count needs two people: have another person sign in and confirm it"):
        signed_alone(pending)


def test_what_one_may_sign_is_taken_from_one() -> None:
    assert signed_alone(Pending(VaultOpened("vault-door"), SATO.at_ms, SATO, "r-1")).names == ("sato",)


def test_the_second_signature_confirms_what_the_first_said() -> None:
    pending = Pending(VaultOpened("vault-door"), SATO.at_ms, SATO, "r-1")
    assert pending.confirmed(SUZUKI).names == ("sato", "suzuki")
    with pytest.raises(ActError, match="another person's"):
        pending.confirmed(SATO)


def test_what_has_not_happened_cannot_be_signed() -> None:
    with pytest.raises(ActError, match="only what has happened can be signed"):
        Signed(VaultOpened("vault-door"), SATO.at_ms + 1, (SATO,), "r-1")


def test_a_key_is_handed_over_by_the_two_who_sign() -> None:
    with pytest.raises(ActError, match="handed over by sato to tanaka: these two must sign"):
        told("17:05 key sato tanaka by sato,suzuki")


@pytest.mark.parametrize("line", ["open", "in T-01", "out T-01", "sheet 2 78"])
def test_what_takes_two_and_was_signed_by_one_is_recorded_and_is_a_breach(line: str) -> None:
    raised = [i for i in told(f"17:05 {line} by sato", until="17:06") if i.rule == "two_person_breach"]
    assert [incident.why["signers"] for incident in raised] == [["sato"]]


def test_a_vault_may_be_locked_by_one() -> None:
    raised = told("17:05 lock by sato", until="17:06")
    assert "two_person_breach" not in {incident.rule for incident in raised}


# Bodies


def changed(**body: object) -> Entry:
    good = registered()[3]
    return Entry(good.seq, good.at_ms, good.kind, good.site, good.actors, {**good.body, **body})


def test_an_entry_reads_back_as_what_was_signed() -> None:
    act = opened().joined(SUZUKI, 77)
    assert read_signed(entry(5, act.draft())) == act


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"expected": True}, "expected: found True; expected a whole number from 0 to 1000000"),
        ({"expected": None}, "expected: found None; expected a number for cards, and for cards only"),
        ({"kind": "card"}, "kind: found 'card'; expected one of terminal, cards, key, door"),
        ({"item": "terminals"}, "item: found 'terminals'; expected another id"),
        ({"item": "../B"}, "item: found '../B'; expected an id"),
        ({"extra": 1}, "extra: found an unknown key"),
        ({"signed_at": []}, "signed_at: found 0 moments; expected one for each of 1 signers"),
        ({"signed_at": ["2018-02-30T00:00:00.000Z"]}, "signed_at\\[0\\]: found"),
        ({"corrects": {"seq": True, "reason": "x"}}, "seq: found True"),
        ({"name": "two\nlines"}, "name: found"),
    ],
)
def test_a_body_that_its_kind_does_not_have_is_named_with_entry_and_key(body: dict[str, object], says: str) -> None:
    with pytest.raises(EntryError, match=rf"entry 3 \(item.registered\): {says}"):
        read_signed(changed(**body))


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("count", {"item": "B-0221", "numbers": 78}, "numbers: found 78; expected a list"),
        ("count", {"item": "B-0221", "numbers": []}, "numbers: found none; expected what each signer counted"),
        ("count", {"item": "B-0221", "numbers": [1, 2]}, "2 numbers for 1 signatures; each signer counts once"),
        ("vault.locked", {"vault": "vault-door", "request": ""}, "request: found ''; expected a text"),
        ("vault.locked", {"vault": "vault-door", "corrects": 3}, "corrects: found 3; expected an object"),
        ("checklist.signed", {"day": "20180221"}, "day: found '20180221'; expected a day, as in 2018-02-21"),
        ("checklist.signed", {"day": "2018-02-30"}, "day: found '2018-02-30'; expected a day that there is"),
        ("checklist.signed", {"day": "2018-02-21", "wire_locks_attached": 1}, "attached: found 1; expected true or"),
    ],
)
def test_each_act_reads_its_own_keys_strictly(kind: str, body: dict[str, object], says: str) -> None:
    usual = {"signed_at": ["2018-02-21T08:00:00.000Z"], "request": "r-1", "corrects": None}
    odd = Entry(3, at_ms("17:00"), kind, "tsurumi", ("sato",), {**usual, **body})
    with pytest.raises(EntryError, match=says):
        read_signed(odd)


def test_an_act_without_a_signature_is_none() -> None:
    with pytest.raises(ActError, match="needs a signature and the id of its request"):
        Signed(VaultOpened("vault-door"), SATO.at_ms, (), "r-1")


def test_a_missing_key_is_named() -> None:
    bare = Entry(3, 0, "vault.locked", "tsurumi", ("sato",), {})
    with pytest.raises(EntryError, match=r"entry 3 \(vault.locked\): vault: found nothing; expected the key"):
        read_signed(bare)


def test_an_entry_of_the_system_is_no_persons() -> None:
    assert read_signed(Entry(0, 0, "camera.blind", "tsurumi", (), {"camera": "counter"})) is None
