"""What the ledger says after its entries, and which acts it refuses."""

from __future__ import annotations

import pytest

from custody.acts import ActError, KeyHandOver, Retirement, VaultOpened, read_signed
from custody.books import Books, books_of
from custody.fields import FieldError
from custody.intervals import FOREVER_MS
from tests.custody.office_script import DOOR, at_ms, clock, registered, signed, written
from vision.items import ItemKind

DAY = """
08:20 key tanaka sato
08:25 open
08:30 count B-0221 78 78
08:35 out T-01
08:40 out B-0221
"""


def books(script: str = DAY) -> Books:
    entries = registered()
    return books_of([*entries, *written(script, first_seq=len(entries))])


def refused(line: str, after: str = DAY) -> str:
    """Return why the books refuse a line of a script."""
    act = read_signed(written(line, first_seq=99)[0])
    assert act is not None
    with pytest.raises(ActError) as caught:
        books(after).check(act)
    return str(caught.value)


def test_an_item_is_out_from_its_check_out_to_its_check_in() -> None:
    assert books().out() == ("T-01", "B-0221")
    assert books(DAY + "17:10 in T-01").out() == ("B-0221",)


def test_the_vault_is_open_from_its_opening_to_its_lock() -> None:
    assert not books().is_locked(DOOR)
    assert books().open_spells(DOOR) == ((at_ms("08:25"), FOREVER_MS),)
    assert books(DAY + "17:20 lock").open_spells(DOOR) == ((at_ms("08:25"), at_ms("17:20")),)


def test_a_vault_that_nobody_has_touched_is_locked() -> None:
    assert books("").is_locked(DOOR)


def test_what_the_ledger_says_of_an_item_has_no_gap() -> None:
    claims = books(DAY + "17:10 in T-01").claims("T-01")
    assert [(c.out, c.slot, clock(c.from_ms)) for c in claims] == [
        (False, None, "21T06:30:00"),
        (True, "T-01", "21T08:35:00"),
        (False, None, "21T17:10:00"),
    ]
    assert [c.to_ms for c in claims] == [claims[1].from_ms, claims[2].from_ms, None]


def test_an_item_that_is_taken_elsewhere_is_claimed_to_be_there() -> None:
    assert books("08:35 out T-01 T-02").claims("T-01")[-1].slot == "T-02"


def test_the_ledger_says_something_from_when_it_was_written_not_from_what_it_tells_of() -> None:
    assert clock(books("17:30 out T-01 tells 08:35").claims("T-01")[-1].from_ms) == "21T17:30:00"


def test_all_terminals_are_counted_together_and_every_batch_by_itself() -> None:
    assert books().subjects() == ("B-0221", "terminals")
    assert (books().expected("B-0221"), books().expected("terminals"), books().expected("K-01")) == (78, 2, None)


def test_registering_a_batch_again_changes_how_many_there_should_be() -> None:
    assert books(DAY + "15:00 register B-0221 cards 75").expected("B-0221") == 75


def test_registering_an_item_again_does_not_change_since_when_it_is_known() -> None:
    assert clock(books("15:00 register T-01 terminal").claims("T-01")[0].from_ms) == "21T06:30:00"


# Corrections


def test_a_corrected_entry_says_nothing_any_more_and_stays_in_the_history() -> None:
    corrected = books(DAY + "09:00 in T-01 corrects 8")
    assert corrected.out() == ("B-0221",)
    assert [w.seq for w in corrected.moves("T-01")] == [8, 10]
    assert corrected.corrections[8].seq == 10


def test_an_entry_of_the_wrong_item_is_corrected_by_one_of_the_right_item() -> None:
    slip = books("08:35 out T-02\n08:36 out T-01 corrects 5")
    assert slip.out() == ("T-01",)
    assert [claim.out for claim in slip.claims("T-02")] == [False]


def test_a_corrected_opening_leaves_the_vault_locked() -> None:
    slip = books("08:35 open\n08:36 out T-01 corrects 5")
    assert slip.is_locked(DOOR)
    assert slip.open_spells(DOOR) == ()


def test_a_correction_can_itself_be_corrected() -> None:
    twice = books(DAY + "09:00 in T-01 corrects 8\n09:05 out T-01 corrects 10")
    assert twice.is_out("T-01")


def test_a_correction_of_nothing_is_refused() -> None:
    assert refused("09:00 in T-01 corrects 77").startswith("entry 77 cannot be corrected: nobody signed one")


def test_a_count_is_never_corrected() -> None:
    assert refused("09:00 count B-0221 78 78 corrects 7") == (
        "entry 7 is a count: a count is never corrected; count again"
    )


def test_a_registration_is_not_corrected_but_made_again() -> None:
    assert "register it again instead" in refused("09:00 register B-0221 cards 78 corrects 3")


def test_an_entry_is_corrected_once() -> None:
    after = DAY + "09:00 in T-01 corrects 8"
    assert refused("09:05 out T-02 corrects 8", after) == "entry 8 was corrected by entry 10: correct that one"


# What is refused


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("09:00 out T-09", "nobody has registered T-09: check the id, or register it first"),
        ("09:00 out T-01", "T-01 is out already, by entry 8: check the item, or correct that entry"),
        ("09:00 in T-02", "T-02 is in its vault already, since it was registered"),
        ("09:00 out K-01", "K-01 belongs in no vault: register it with one, or hand it over as a key"),
        ("09:00 count T-01 1 1", "T-01 is a terminal; expected a cards: check the id"),
    ],
)
def test_an_act_that_contradicts_the_books_is_refused_with_what_to_do(line: str, why: str) -> None:
    assert refused(line).startswith(why)


@pytest.mark.parametrize(
    "line",
    [
        "09:00 out T-02",
        "09:00 in T-01",
        "09:00 count terminals 2 2",
        "09:00 count B-0221 78 77",
        "09:00 key sato tanaka",
        "09:00 lock",
        "09:00 register T-03 terminal",
        "17:00 sheet 2 78",
    ],
)
def test_an_act_that_the_books_can_take_is_not_refused(line: str) -> None:
    act = read_signed(written(line, first_seq=99)[0])
    assert act is not None
    assert books().check(act) is None


def test_a_key_and_a_vault_must_be_registered_as_such() -> None:
    handed = signed(KeyHandOver("T-01", "sato", "suzuki"), at_ms("09:00"), ["sato", "suzuki"], "r-99")
    with pytest.raises(ActError, match="T-01 is a terminal; expected a key"):
        books().check(handed)
    with pytest.raises(ActError, match="T-01 is a terminal; expected a door"):
        books().check(signed(VaultOpened("T-01"), at_ms("09:00"), ["sato"], "r-99"))


def test_the_ledger_says_nothing_of_an_item_that_nobody_registered() -> None:
    assert books().claims("T-09") == ()


# Requests


def test_a_request_that_comes_again_is_one_entry() -> None:
    once = books("08:25 open request r-77")
    again = signed(VaultOpened(DOOR), at_ms("08:26"), ["sato", "suzuki"], "r-77")
    known = once.check(again)
    assert known is not None
    assert known.seq == 5


def test_a_request_that_stands_twice_on_a_ledger_is_the_first_entry() -> None:
    twice = books("08:25 open request r-77\n08:26 open request r-77")
    known = twice.check(signed(VaultOpened(DOOR), at_ms("08:27"), ["sato", "suzuki"], "r-77"))
    assert known is not None
    assert known.seq == 5


def test_a_request_cannot_ask_for_something_else_the_second_time() -> None:
    assert refused("08:26 lock request r-77", "08:25 open request r-77").startswith(
        "the request r-77 has become entry 5, which says something else"
    )


def test_another_person_cannot_send_the_request_of_somebody_else() -> None:
    assert "says something else" in refused("08:26 open by ito,suzuki request r-77", "08:25 open request r-77")


RETIRED = DAY + "12:00 retire T-01 it was given back"


def test_an_item_that_is_retired_is_counted_no_more_and_nothing_of_it_is_due() -> None:
    retired = books(RETIRED)
    assert (retired.expected("terminals"), retired.of_kind(ItemKind.TERMINAL)) == (1, ("T-02",))
    assert "T-01" not in retired.out()
    assert "T-01" not in retired.kept
    gone = books(RETIRED + "\n12:01 retire B-0221 all of it was handed out")
    assert gone.subjects() == ("terminals",)
    assert gone.expected("B-0221") is None
    assert gone.expected_on_sheet.cards == 0


def test_what_the_ledger_says_of_an_item_stays_when_it_is_retired_and_ends_then() -> None:
    retired = books(RETIRED)
    assert retired.items["T-01"].slot == "T-01"
    assert [clock(claim.to_ms or 0) for claim in retired.claims("T-01")] == ["21T08:35:00", "21T12:00:00"]
    assert retired.ever_of_kind(ItemKind.TERMINAL) == ("T-01", "T-02")
    assert retired.counted_during("terminals")[1] == FOREVER_MS


def test_an_item_that_is_retired_can_only_be_registered_again() -> None:
    assert refused("12:05 in T-01", RETIRED) == "T-01 was retired by entry 10: register it again first"
    assert "was retired" in refused("12:05 retire T-01 once more", RETIRED)
    again = books(RETIRED + "\n12:10 register T-01 terminal")
    assert again.of_kind(ItemKind.TERMINAL) == ("T-01", "T-02")
    assert again.claims("T-01")[-1].to_ms is None


def test_an_item_is_retired_with_a_reason() -> None:
    with pytest.raises(FieldError, match="why it is kept no longer"):
        Retirement("T-01", " ")
