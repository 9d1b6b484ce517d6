"""From a count that does not agree to what explains it; see office_script.py and watching.py for the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from custody.books import books_of
from custody.clues import WEIGHTS, Clue, Fact
from custody.investigate import Investigation, InvestigationError, investigate, loss_window
from custody.last_seen import LastSeen, last_seen
from custody.reconcile import Reconciler
from custody.settings import CustodySettings
from tests.custody.office_script import RAISER, at_ms, clock, registered, told, written
from tests.custody.watching import watch
from vision.incidents import Evidence, Incident, Severity

SETTINGS = CustodySettings(matching_window_s=300, skew_s=0)
NIGHT = "c" * 60
QUIET = {"vault/vault-door": NIGHT}
FRAME = """
17:10 count B-0221 78 78
{}
18:10 count B-0221 77 77
"""


def asked(
    script: str,
    lines: Mapping[str, str],
    incidents: Sequence[Incident] = (),
    item: str = "B-0221",
    kept_since: str = "00:00",
) -> Investigation:
    """Return the investigation of an item, with lines that begin at 17:10, a minute a character."""
    first = registered()
    books = books_of([*first, *written(script, first_seq=len(first))])
    seen = replace(watch(at_ms("17:10"), lines), from_ms=at_ms(kept_since))
    reconciler = Reconciler(books, seen, at_ms("19:00"), SETTINGS, RAISER)
    return investigate(reconciler, incidents, loss_window(books, item))


def clues(found: Investigation) -> list[str]:
    return [f"{clock(fact.from_ms)[3:8]} {fact.clue} {fact.weight}" for fact in found.ranked]


def incident(rule: str, began: str, raised: str, **about: str) -> Incident:
    """Return an incident that ended when it was raised."""
    told_ms = at_ms(raised)
    return Incident(
        id=f"{raised}-{rule}-{sorted(about.values())}",
        rule=rule,
        site="tsurumi",
        camera=about.get("camera"),
        zone=None,
        item=about.get("item"),
        began_at_ms=at_ms(began),
        raised_at_ms=told_ms,
        ended_at_ms=told_ms,
        severity=Severity.ALARM,
        after_hours=False,
        tracks=(),
        evidence=Evidence(told_ms),
    )


def night(at_minute: int, seen: str, quiet: str = "c") -> str:
    """Return an hour in which something was seen from a minute on."""
    return (quiet * at_minute + seen).ljust(60, quiet)


def test_a_night_on_which_nothing_was_seen_says_so() -> None:
    found = asked(FRAME.format(""), QUIET)
    assert found.facts == ()
    assert found.unseen == ()


def test_an_unlogged_opening_comes_before_a_logged_one() -> None:
    found = asked(
        FRAME.format("17:20 open by sato\n17:21 lock by sato"),
        {"vault/vault-door": night(10, "occcccccccccccccccccoo")},
    )
    assert clues(found)[:2] == ["17:40 unlogged_opening 80", "17:20 opening 20"]


def test_who_was_logged_and_who_was_there_stand_beside_an_opening() -> None:
    lines = {"vault/vault-door": night(10, "oo"), "vault/vault-door+": night(10, "22", ".")}
    opening = asked(FRAME.format("17:19 open\n17:22 lock"), lines).ranked[0]
    assert (opening.clue, opening.logged) == (Clue.OPENING, ("sato", "suzuki"))
    assert (opening.present, opening.camera) == (("vault#1", "vault#2"), "vault")
    assert (clock(opening.from_ms), clock(opening.to_ms)) == ("21T17:20:00", "21T17:22:00")


def test_an_opening_of_the_vault_explains_little_while_the_cards_were_out() -> None:
    out = "17:11 out B-0221 T-01\n18:08 in B-0221"
    found = asked(FRAME.format(out), {"vault/vault-door": night(25, "o"), "counter/T-01": "p" * 60})
    assert "17:35 unlogged_opening 20" in clues(found)


def test_another_item_that_went_explains_much_only_while_the_cards_were_out() -> None:
    lines = {"counter/T-01": "p" * 30 + "a" * 30, **QUIET}
    with_it = FRAME.format("17:11 out T-01\n17:12 out B-0221")
    assert "17:40 neighbour_removed 90" in clues(asked(with_it, lines))
    assert "17:40 neighbour_removed 22" in clues(asked(FRAME.format("17:11 out T-01"), lines))


def test_blindness_counts_where_the_cards_could_be_reached() -> None:
    blind = {**QUIET, "vault": "." * 20 + "X" * 15 + "." * 25}
    assert clues(asked(FRAME.format(""), blind)) == ["17:30 blind 11"]
    spell = FRAME.format("17:15 open by sato\n18:00 lock by sato")
    assert "17:30 blind 45" in clues(asked(spell, blind))


def test_the_answer_says_how_much_of_the_window_nobody_saw() -> None:
    found = asked(FRAME.format(""), {**QUIET, "vault": "." * 20 + "X" * 15 + "." * 25})
    assert [(clock(a), clock(b)) for a, b in found.unseen] == [("21T17:30:00", "21T17:45:00")]
    assert found.unseen_share == pytest.approx(0.25)


def test_a_place_that_two_cameras_watch_is_unseen_when_both_are_blind() -> None:
    both = {"a/vault-door": NIGHT, "b/vault-door": NIGHT, "a": "X" * 30 + "." * 30, "b": "." * 20 + "X" * 40}
    assert asked(FRAME.format(""), both).unseen_share == pytest.approx(10 / 60)


def test_what_no_camera_looks_at_was_seen_by_nobody() -> None:
    assert asked(FRAME.format(""), {"counter/T-01": "a" * 60}).unseen_share == 1


def test_cards_that_were_out_where_no_camera_looks_were_unseen_for_that_time() -> None:
    found = asked(FRAME.format("17:20 out B-0221\n17:50 in B-0221"), QUIET)
    assert found.unseen_share == pytest.approx(0.5)


def test_a_correction_about_the_cards_is_a_fact() -> None:
    found = asked(FRAME.format("17:20 out B-0221\n17:30 in B-0221 corrects 6"), QUIET)
    assert "17:30 corrected 45" in clues(found)


def test_a_correction_about_something_else_is_none() -> None:
    found = asked(FRAME.format("17:20 out T-02\n17:30 in T-02 corrects 6"), QUIET)
    assert found.facts == ()


def test_an_item_that_was_seen_where_the_ledger_did_not_have_it_is_a_fact() -> None:
    script = "09:00 out B-0221 T-01\n17:05 in B-0221\n" + FRAME.format("")
    lone = asked("17:10 count terminals 2 2\n18:10 count terminals 1 1", {"counter/T-01": "p" * 60}, item="T-01")
    assert "17:10 elsewhere 50" in clues(lone)
    assert Clue.ELSEWHERE not in {fact.clue for fact in asked(script, {"counter/T-01": "p" * 60}).facts}


def test_people_at_a_locked_vault_are_a_fact() -> None:
    lines = {**QUIET, "vault/vault-door+": night(20, "11", ".")}
    assert clues(asked(FRAME.format(""), lines)) == ["17:30 at_vault 25"]


def test_a_handling_is_a_fact_and_one_that_nobody_saw_weighs_more() -> None:
    handled = FRAME.format("17:20 out B-0221 T-01\n17:30 in B-0221")
    seen = {"vault/vault-door": night(9, "o" * 25), "counter/T-01": "a" * 10 + "p" * 10 + "a" * 40}
    assert "17:20 handled 15" in clues(asked(handled, seen))
    assert "17:30 unsupported 30" in clues(asked(handled, {**seen, "vault/vault-door": NIGHT}))


def test_handlings_and_openings_from_before_the_cameras_watched_are_facts_by_their_entries() -> None:
    script = "09:00 count B-0221 78 78\n09:05 open\n09:10 out B-0221 T-01\n18:10 count B-0221 77 77"
    found = asked(script, {**QUIET, "counter/T-01": "p" * 60}, kept_since="17:10")
    by_entry = {fact.clue: (clock(fact.from_ms)[3:8], fact.entry, fact.logged) for fact in found.facts if fact.entry}
    assert by_entry == {
        Clue.OPENING: ("09:05", 6, ("sato", "suzuki")),
        Clue.HANDLED: ("09:10", 7, ("sato", "suzuki")),
    }


def test_an_opening_that_was_seen_is_told_once() -> None:
    found = asked(FRAME.format("17:20 open by sato\n17:21 lock by sato"), {"vault/vault-door": night(10, "o")})
    assert [fact.entry for fact in found.facts if fact.clue is Clue.OPENING] == [None]


def test_an_entry_that_no_camera_bears_out_in_several_ways_is_one_fact() -> None:
    handled = FRAME.format("17:20 open\n17:40 lock")
    facts = asked(handled, {"vault/vault-door": NIGHT, "vault/vault-door+": night(0, "h" * 60)}).facts
    assert [fact.entry for fact in facts if fact.clue is Clue.UNSUPPORTED] == [6, 7]


def test_a_gap_is_named_by_a_camera_that_looks_at_the_place() -> None:
    lines = {**QUIET, "counter/T-01": "a" * 60, "counter": "X" * 60, "vault": "." * 20 + "X" * 15 + "." * 25}
    (fact,) = asked(FRAME.format(""), lines).facts
    assert (fact.clue, fact.camera) == (Clue.BLIND, "vault")


def test_incidents_that_tell_something_else_are_facts() -> None:
    ledger = told("17:10 count B-0221 78 78\n17:38 lock by sato\n", until="17:40")
    found = asked(FRAME.format("17:38 lock by sato"), QUIET, ledger)
    (fact,) = [fact for fact in found.facts if fact.clue is Clue.NOT_COUNTED]
    assert fact.incident is not None
    assert fact.incident.endswith("vault_locked_without_count-items_counted-6")


def test_what_lies_outside_the_window_is_left_out() -> None:
    lines = {"vault/vault-door": "c" * 30 + "o" + "c" * 90}
    script = "17:10 count B-0221 78 78\n17:20 count B-0221 78 78\n17:30 count B-0221 77 77"
    assert asked(script, lines).facts == ()


MISSING = "09:00 out T-01\n17:10 count terminals 2 2\n18:10 count terminals 1 1"


@pytest.mark.parametrize("item", ["terminals", "T-01"])
def test_a_terminal_that_is_missing_is_sought_among_all_or_by_its_name(item: str) -> None:
    lines = {"counter/T-01": "p" * 30 + "a" * 30, "counter/T-02": "a" * 60, **QUIET}
    found = asked(MISSING, lines, item=item)
    assert "17:40 removed 100" in clues(found)
    assert found.ranked[0].logged == ("sato", "suzuki")
    assert found.unseen_share == 0


def test_another_terminal_that_went_is_a_neighbour_of_the_one_that_is_named() -> None:
    lines = {"counter/T-01": "p" * 30 + "a" * 30, **QUIET}
    script = MISSING + "\n18:11 out T-02"
    assert "17:40 neighbour_removed 22" in clues(asked(script, lines, item="T-02"))


def removal(lines: Mapping[str, str], incidents: Sequence[Incident] = ()) -> Fact:
    return asked(MISSING, {"counter/T-02": "a" * 60, **QUIET, **lines}, incidents, item="T-01").ranked[0]


def test_a_removal_lies_between_the_last_sight_of_it_and_the_first_without_it() -> None:
    found = removal({"counter/T-01": "p" * 30 + "h" * 5 + "a" * 25})
    assert (found.clue, clock(found.from_ms), clock(found.to_ms)) == (Clue.REMOVED, "21T17:40:00", "21T17:45:00")


def test_what_was_not_seen_in_its_place_since_the_last_count_may_have_left_it_ever_since() -> None:
    found = removal({"counter/T-01": "h" * 35 + "a" * 25})
    assert (clock(found.from_ms), clock(found.to_ms)) == ("21T17:10:00", "21T17:45:00")


def test_a_removal_after_which_nobody_could_see_the_place_is_one_all_the_same() -> None:
    found = removal({"counter/T-01": "p" * 30 + "aa" + "p" * 28, "counter": "." * 32 + "X" * 28})
    assert (clock(found.from_ms), found.says) == (
        "21T17:40:00",
        "by the ledger T-01 is at T-01, and it is not there; nobody could see it since",
    )


def test_those_present_at_a_removal_are_the_tracks_that_the_camera_saw_meanwhile() -> None:
    lines = {
        "counter/T-01": "p" * 30 + "h" * 5 + "a" * 25,
        "counter/behind-1*": "1" * 20 + "." * 12 + "2" * 5 + "." * 20 + "333",
        "counter/lobby*": "." * 25 + "4" * 6 + "." * 29,
        "vault/office*": "5" * 60,
    }
    assert removal(lines).present == ("counter#2", "counter#4")


def test_a_fact_names_the_incident_that_tells_of_the_same() -> None:
    lines = {"counter/T-01": "p" * 30 + "a" * 30}
    told = incident("terminal_removed", "17:40", "17:41", item="T-01")
    others = [incident("terminal_removed", "17:40", "17:41", item="T-02"), incident("vault_open", "17:40", "17:41")]
    earlier = incident("terminal_removed", "17:12", "17:13", item="T-01")
    assert removal(lines, [earlier, *others, told]).incident == told.id
    assert removal(lines, [earlier, *others]).incident is None


def test_a_stretch_that_nobody_saw_names_the_incident_of_the_blind_camera_and_why() -> None:
    blind = {**QUIET, "vault": "." * 20 + "X" * 15 + "." * 25}
    told = incident("camera_blind", "17:30", "17:45", camera="vault")
    (fact,) = asked(FRAME.format(""), blind, [told]).facts
    assert (fact.incident, fact.says) == (told.id, "not visible: vault covered")


def test_a_stretch_at_which_no_camera_looks_says_so() -> None:
    (fact,) = (
        f for f in asked(FRAME.format("17:20 out B-0221\n17:50 in B-0221"), QUIET).facts if f.clue is Clue.BLIND
    )
    assert fact.says == "not visible: no camera looks at where it was"


def test_what_had_left_its_place_before_the_last_count_is_no_removal() -> None:
    lines = {"counter/T-01": "p" * 10 + "a" * 50, **QUIET}
    late = "09:00 out T-01\n17:30 count terminals 2 2\n18:10 count terminals 1 1"
    assert "removed" not in {fact.clue for fact in asked(late, lines, item="T-01").facts}


def test_every_clue_has_a_weight_and_none_outweighs_a_removal() -> None:
    assert set(WEIGHTS) == set(Clue)
    assert max(WEIGHTS.values(), key=lambda table: table.weight) is WEIGHTS[Clue.REMOVED]


# The window

TAKEN_OFF = "09:00 count B-0221 78 78\n10:00 register B-0221 cards 75\n11:00 count B-0221 75 75"


def window(script: str, from_seq: int | None = None, to_seq: int | None = None) -> tuple[str, str]:
    first = registered()
    books = books_of([*first, *written(script, first_seq=len(first))])
    from_ms, to_ms = loss_window(books, "B-0221", from_seq, to_seq).interval
    return clock(from_ms)[3:8], clock(to_ms)[3:8]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("09:00 count B-0221 78 78\n17:00 count B-0221 77 77", ("09:00", "17:00")),
        ("09:00 count B-0221 78 78\n12:00 count B-0221 78 77\n17:00 count B-0221 77 77", ("09:00", "17:00")),
        ("09:00 count B-0221 78 78\n12:00 count B-0221 78\n17:00 count B-0221 77 77", ("09:00", "17:00")),
        ("17:00 count B-0221 77 77", ("06:30", "17:00")),
        (
            TAKEN_OFF + "\n17:00 count B-0221 74 74",
            ("11:00", "17:00"),
        ),
    ],
)
def test_the_window_reaches_from_the_last_right_count_to_the_newest_wrong_one(
    script: str, expected: tuple[str, str]
) -> None:
    assert window(script) == expected


def test_a_number_that_was_right_before_cards_were_taken_off_the_books_is_no_loss() -> None:
    with pytest.raises(InvestigationError, match="every count agrees for B-0221; its counts are the entries 5, 7"):
        window(TAKEN_OFF)


def test_the_window_may_be_named_by_the_numbers_of_two_counts() -> None:
    script = "09:00 count B-0221 78 78\n12:00 count B-0221 78 78\n17:00 count B-0221 77 77"
    assert window(script, from_seq=5) == ("09:00", "17:00")
    assert window(script, from_seq=5, to_seq=6) == ("09:00", "12:00")


def test_counts_that_are_none_are_named() -> None:
    script = "09:00 count B-0221 78 78\n17:00 count B-0221 77 77"
    with pytest.raises(InvestigationError, match="entry 99 is no count for B-0221; its counts are the entries 5, 6"):
        window(script, to_seq=99)
    with pytest.raises(InvestigationError, match="entry 6 is no count of B-0221 before entry 6"):
        window(script, from_seq=6)
    with pytest.raises(InvestigationError, match="nobody has counted B-0221"):
        window("09:00 open")


# Last seen


def seen_last(script: str, lines: Mapping[str, str], now: str = "19:00") -> dict[str, LastSeen]:
    first = registered()
    books = books_of([*first, *written(script, first_seq=len(first))])
    return {seen.item: seen for seen in last_seen(books, watch(at_ms("17:10"), lines), at_ms(now))}


def test_an_item_was_last_seen_when_it_left_its_place() -> None:
    seen = seen_last("09:00 out T-01", {"counter/T-01": "ppppaaaa"})["T-01"]
    assert (clock(seen.at_ms), seen.camera, seen.slot, seen.lasts) == ("21T17:14:00", "counter", "T-01", False)


def test_an_item_that_is_still_there_is_seen_now() -> None:
    seen = seen_last("09:00 out T-01", {"counter/T-01": "aappp"}, now="17:30")["T-01"]
    assert (clock(seen.at_ms), seen.lasts) == ("21T17:30:00", True)


def test_an_item_that_no_camera_ever_saw_is_not_among_those_last_seen() -> None:
    assert "T-02" not in seen_last("09:00 out T-01", {"counter/T-01": "pppp"})


def test_an_item_that_nobody_registered_is_known_by_its_slot() -> None:
    seen = seen_last("", {"counter/T-09": "ppppaa"})["T-09"]
    assert (clock(seen.at_ms), seen.camera, seen.slot) == ("21T17:14:00", "counter", "T-09")


def test_those_seen_last_stand_first() -> None:
    lines = {"counter/T-01": "ppppaaaa", "counter/T-02": "ppppppaa"}
    assert list(seen_last("09:00 out T-01\n09:00 out T-02", lines)) == ["T-02", "T-01"]
