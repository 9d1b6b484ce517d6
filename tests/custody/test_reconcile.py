"""The ledger against what cameras saw, as lines. A character is a minute; the matching window is five of them.

`16:55 open` above a line is an entry; the lines begin at 17:00 unless a test says otherwise. See watching.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from custody.books import books_of
from custody.reconcile import Reconciler, Reconciliation, State
from custody.settings import CustodySettings
from custody.sightings import Seen, Watch
from tests.custody.office_script import DOOR, RAISER, at_ms, clock, registered, rows, written
from tests.custody.watching import MINUTE_MS, watch
from vision.incidents import Incident

SETTINGS = CustodySettings(matching_window_s=300, skew_s=0)
START = "17:00"


def reconciled(
    script: str, lines: Mapping[str, str], now: str | None = None, settings: CustodySettings = SETTINGS
) -> Reconciliation:
    """Return what becomes of a script of entries and of lines, at the end of the lines unless told otherwise."""
    entries = registered()
    books = books_of([*entries, *written(script, first_seq=len(entries))])
    seconds = max((len(line) for line in lines.values()), default=60) * MINUTE_MS
    now_ms = at_ms(START) + seconds if now is None else at_ms(now)
    return Reconciler(books, watch(at_ms(START), lines), now_ms, settings, RAISER).reconcile()


def states(found: Reconciliation, what: str) -> list[State]:
    return [verdict.state for verdict in found.verdicts if verdict.what == what]


def the_one(found: Reconciliation) -> Incident:
    assert len(found.incidents) == 1, rows(found.incidents)
    return found.incidents[0]


def door(line: str) -> dict[str, str]:
    return {"vault/vault-door": line}


# The vault was opened: is there an entry?


@pytest.mark.parametrize(
    ("script", "line", "state"),
    [
        ("17:02 open", "ccoocccccccc", State.MATCHED),
        ("17:07 open", "ccoocccccccc", State.MATCHED),
        ("16:57 open\n16:58 lock", "ccoocccccccc", State.MATCHED),
        ("09:00 open", "ccoocccccccc", State.MATCHED),
        ("09:00 open\n17:02 lock", "ccoocccccccc", State.MATCHED),
        ("09:00 open\n17:01 lock", "ccoocccccccc", State.UNEXPLAINED),
        ("16:56 open\n16:58 lock", "ccoocccccccc", State.UNEXPLAINED),
        ("17:08 open", "ccoocccccccc", State.UNEXPLAINED),
        ("", "ccoocccccccc", State.UNEXPLAINED),
        ("", "ccoocc", State.AWAITING),
    ],
)
def test_an_opening_is_explained_by_an_entry_within_the_window(script: str, line: str, state: State) -> None:
    assert states(reconciled(script, door(line)), Seen.VAULT_OPEN) == [state]


def test_an_opening_just_after_the_lock_is_explained_by_clocks_that_differ() -> None:
    skewed = replace(SETTINGS, skew_s=60)
    found = reconciled("09:00 open\n17:01 lock", door("ccoocccccccc"), settings=skewed)
    assert states(found, Seen.VAULT_OPEN) == [State.MATCHED]


def test_an_opening_without_an_entry_is_unlogged_access() -> None:
    incident = the_one(reconciled("", {**door("ccoocccccc"), "vault/vault-door+": "..11......"}))
    assert rows([incident]) == ["21T17:07:00 unlogged_vault_access vault-door"]
    assert (clock(incident.began_at_ms), incident.ended_at_ms) == ("21T17:02:00", at_ms("17:04"))
    assert (incident.camera, incident.tracks) == ("vault", ("vault#1",))
    assert incident.why["fact"] == "vault-door was opened, and by the ledger it stayed locked"


def test_an_opening_that_was_raised_is_not_taken_back_by_an_entry_that_comes_too_late() -> None:
    late = reconciled("17:08 open tells 17:02", door("ccoooooooooooooo"))
    assert rows(late.incidents) == ["21T17:07:00 unlogged_vault_access vault-door"]


def test_nobody_saw_an_opening_behind_a_covered_camera() -> None:
    assert reconciled("", {**door("ccoocccccccc"), "vault": "XXXXXXXXXXXX"}).incidents == ()


# An entry says that it was opened: was it seen?


@pytest.mark.parametrize(
    ("line", "view", "state", "reason"),
    [
        ("ccccccccccccccc", "...............", State.UNSUPPORTED, "nothing of it was seen"),
        ("ccccccccccccccc", "...XX..........", State.UNSUPPORTED, "not visible: vault covered"),
        ("ccchhhccccccccc", "...............", State.UNSUPPORTED, "not visible: vault hidden"),
        ("ccccccccoocccccc", "................", State.MATCHED, "the door was seen open"),
        ("cccccccccccooc", "..............", State.UNSUPPORTED, "nothing of it was seen"),
        ("cccccc", "......", State.AWAITING, "not seen yet"),
    ],
)
def test_an_entry_of_an_opening_is_borne_out_by_a_sight(line: str, view: str, state: State, reason: str) -> None:
    found = reconciled("17:05 open by sato", {**door(line), "vault": view})
    (verdict,) = [verdict for verdict in found.verdicts if verdict.what == "vault.opened"]
    assert (verdict.state, verdict.reason, verdict.entry) == (state, reason, 5)


def test_a_vault_that_no_camera_looks_at_supports_nothing() -> None:
    (verdict,) = reconciled("17:05 open by sato", {"counter/T-01": "a" * 20}).verdicts
    assert (verdict.state, verdict.reason) == (State.UNSUPPORTED, "not visible: no camera looks at vault-door")


def test_a_check_in_without_any_opening_of_the_vault_is_unsupported() -> None:
    found = reconciled("09:00 out T-01\n17:05 in T-01", {**door("c" * 20), "counter/T-01": "ppppp" + "a" * 15})
    assert states(found, "item.checked_in") == [State.UNSUPPORTED]
    assert found.incidents == ()


def test_a_locked_door_is_seen_shut_in_the_end() -> None:
    assert states(reconciled("09:00 open by sato\n17:02 lock by sato", door("ooooccccccc")), "vault.locked") == [
        State.MATCHED
    ]


def test_a_door_that_stays_open_after_the_ledger_has_locked_it_is_not_where_it_says() -> None:
    incident = the_one(reconciled("09:00 open\n17:02 lock", door("o" * 12)))
    assert rows([incident]) == ["21T17:07:00 item_not_where_ledger_says vault-door"]
    assert incident.why["fact"] == "by the ledger vault-door is locked, and it is seen open"


def test_a_door_that_is_opened_within_the_window_and_stays_open_after_the_lock_is_told() -> None:
    incident = the_one(reconciled("16:58 open\n17:00 lock", door("cc" + "o" * 12)))
    assert rows([incident]) == ["21T17:07:00 item_not_where_ledger_says vault-door"]
    assert clock(incident.began_at_ms) == "21T17:02:00"


def test_a_door_that_is_open_again_by_the_ledger_is_where_it_says() -> None:
    assert reconciled("09:00 open\n17:02 lock\n17:05 open by sato", door("o" * 12)).incidents == ()


# Two people


@pytest.mark.parametrize(
    ("people", "view", "raised", "reason"),
    [
        ("....22..........", "................", 0, "2 people were seen at the vault"),
        ("....11..........", "................", 1, "entry 5 names 2 people, and 1 was seen at vault-door"),
        ("....11..2.......", "................", 0, "2 people were seen at the vault"),
        ("....11.....2....", "................", 1, "entry 5 names 2 people, and 1 was seen at vault-door"),
        ("....11..........", "......XX........", 0, "not visible: vault covered"),
        ("....1h..........", "................", 0, "not visible: vault hidden"),
        ("................", "................", 0, "nobody was seen at the vault"),
        ("....11.........", "...............", 1, "entry 5 names 2 people, and 1 was seen at vault-door"),
        ("....11..", "........", 0, "1 people seen so far"),
    ],
)
def test_an_entry_that_names_two_is_held_against_those_who_were_seen(
    people: str, view: str, raised: int, reason: str
) -> None:
    lines = {**door("c" * 4 + "oo" + "c" * (len(people) - 6)), "vault/vault-door+": people, "vault": view}
    found = reconciled("17:05 open", lines)
    assert [i.rule for i in found.incidents] == ["two_person_breach"] * raised
    assert reason in [verdict.reason for verdict in found.verdicts if verdict.what == "vault.opened"]


def test_whether_the_door_can_be_seen_says_nothing_of_the_people_before_it() -> None:
    lines = {**door("cccchhooccccccc"), "vault/vault-door+": "....11........."}
    assert the_one(reconciled("17:05 open", lines)).rule == "two_person_breach"


def test_a_breach_names_the_signers_and_the_one_who_was_seen() -> None:
    lines = {**door("ccccooccccccccc"), "vault/vault-door+": "....11........."}
    incident = the_one(reconciled("17:05 open", lines))
    assert (incident.why["signers"], incident.tracks) == (["sato", "suzuki"], ("vault#1",))
    assert clock(incident.raised_at_ms) == "21T17:10:00"


def test_a_breach_begins_when_the_one_comes_to_the_vault_so_that_its_clip_shows_it() -> None:
    lines = {**door("ccccooccccccccc"), "vault/vault-door+": ".11............"}
    assert clock(the_one(reconciled("17:05 open", lines)).began_at_ms) == "21T17:01:00"


def test_an_entry_that_names_one_is_not_held_against_a_second_one() -> None:
    lines = {**door("ccccooccccccccc"), "vault/vault-door+": "....11........."}
    assert reconciled("17:05 open by sato", lines).incidents == ()


@pytest.mark.parametrize(
    ("script", "state"),
    [("17:05 open", State.MATCHED), ("09:00 open", State.MATCHED), ("", State.UNEXPLAINED)],
)
def test_people_at_the_vault_are_explained_by_an_open_vault(script: str, state: State) -> None:
    assert states(reconciled(script, {"vault/vault-door+": "..11........"}), Seen.AT_VAULT) == [state]


def test_people_at_a_locked_vault_and_a_lock_are_awaited_until_the_window_has_passed() -> None:
    assert states(reconciled("", {"vault/vault-door+": "..11.."}), Seen.AT_VAULT) == [State.AWAITING]
    locked = reconciled("09:00 open by sato\n17:02 lock by sato", door("oooccc"))
    assert states(locked, "vault.locked") == [State.AWAITING]


def test_people_at_a_locked_vault_raise_nothing_by_themselves() -> None:
    assert reconciled("", {"vault/vault-door+": "..11........"}).incidents == ()


# Where things are


@pytest.mark.parametrize(
    ("script", "line", "raised"),
    [
        ("09:00 out T-01", "pppppppppppp", None),
        ("09:00 out T-01", "ppaaaaaaaaaa", "17:07"),
        ("09:00 out T-01", "ppaaaapppppp", None),
        ("09:00 out T-01", "ppaahhaaaaaa", "17:09"),
        ("09:00 out T-01", "ppaahhpaaaaa", "17:12"),
        ("09:00 out T-01", "pphhhhhhhhhh", None),
        ("09:00 out T-01\n17:04 in T-01", "ppaaaaaaaaaa", None),
        ("09:00 out T-01\n17:02 in T-01", "ppppppaaaaaa", None),
        ("09:00 out T-01\n17:02 in T-01", "pppppppppppp", "17:07"),
        ("17:02 out T-01", "aaaaaapppppp", None),
        ("17:02 out T-01", "aaaaaaaaaaaa", "17:07"),
        ("", "pppppppppppp", "17:05"),
        ("", "aaaaaaaaaaaa", None),
    ],
)
def test_an_item_is_where_the_ledger_says_or_that_is_told_after_the_window(
    script: str, line: str, raised: str | None
) -> None:
    found = reconciled(script, {"counter/T-01": line + line[-1]})
    assert [(i.rule, i.item, clock(i.raised_at_ms)[3:8]) for i in found.incidents] == (
        [] if raised is None else [("item_not_where_ledger_says", "T-01", raised)]
    )


def test_an_item_that_left_its_place_unexplained_says_what_the_ledger_thinks() -> None:
    incident = the_one(reconciled("09:00 out T-01", {"counter/T-01": "ppaaaaaaaaaa"}))
    assert incident.why["fact"] == "by the ledger T-01 is at T-01, and it is not there"
    assert (clock(incident.began_at_ms), incident.camera, incident.why["seq"]) == ("21T17:02:00", "counter", 5)
    assert incident.ended_at_ms is None


def test_an_item_that_comes_back_ends_its_incident() -> None:
    incident = the_one(reconciled("09:00 out T-01", {"counter/T-01": "ppaaaaaaapppp"}))
    assert incident.ended_at_ms == at_ms("17:09")


@pytest.mark.parametrize(
    ("line", "view", "ended"),
    [
        ("ppaaaaaaahhh", "............", None),
        ("ppaaaaaaaaaa", ".........XXX", None),
        ("ppaaaaaaahhp", "............", "17:09"),
    ],
)
def test_what_nobody_could_see_any_more_has_not_ended(line: str, view: str, ended: str | None) -> None:
    incident = the_one(reconciled("09:00 out T-01", {"counter/T-01": line, "counter": view}))
    assert incident.ended_at_ms == (None if ended is None else at_ms(ended))


def test_an_opening_behind_which_the_camera_was_covered_may_still_last() -> None:
    lines = {**door("ccoooooccccc"), "vault": "....XXXXXXXX"}
    assert the_one(reconciled("", lines)).ended_at_ms is None


def test_an_entry_that_comes_late_ends_the_incident_and_does_not_undo_it() -> None:
    incident = the_one(reconciled("09:00 out T-01\n17:10 in T-01", {"counter/T-01": "ppaaaaaaaaaaaaaa"}))
    assert (clock(incident.raised_at_ms), incident.ended_at_ms) == ("21T17:07:00", at_ms("17:10"))


def test_cards_that_were_taken_to_a_terminal_are_where_the_terminal_is() -> None:
    found = reconciled("09:00 out T-01\n09:00 out B-0221 T-01", {"counter/T-01": "ppaaaaaaaaaa"})
    assert [i.item for i in found.incidents] == ["B-0221", "T-01"]


def test_an_item_that_was_taken_where_no_camera_looks_is_not_judged() -> None:
    assert reconciled("09:00 out B-0221", {"counter/T-01": "aaaaaaaaaaaa"}).incidents == ()


def test_a_covered_camera_contradicts_nothing() -> None:
    lines = {"counter/T-01": "aaaaaaaaaaaa", "counter": "XXXXXXXXXXXX"}
    assert reconciled("09:00 out T-01", lines).incidents == ()


# Exposures


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ("09:00 out T-01", State.MATCHED),
        ("09:00 out T-01\n16:58 in T-01", State.MATCHED),
        ("09:00 out T-01\n16:50 in T-01", State.UNEXPLAINED),
        ("", State.UNEXPLAINED),
    ],
)
def test_what_lies_on_a_counter_unattended_should_be_out(script: str, state: State) -> None:
    assert states(reconciled(script, {"counter/window-1 T-01": "..uuuuuuuuuu"}), Seen.UNATTENDED) == [state]


# Together


def test_a_correction_takes_the_corrected_entrys_claim_away() -> None:
    found = reconciled("09:00 out T-02\n09:05 in T-02 corrects 5", {"counter/T-02": "aaaaaaaaaaaa"})
    assert found.incidents == ()
    assert states(found, "item.checked_out") == []


def test_a_corrected_opening_needs_no_sight() -> None:
    found = reconciled("17:05 open by sato\n17:06 lock by sato corrects 5", door("c" * 20))
    assert states(found, "vault.opened") == []


def test_judging_later_raises_the_same_incidents_again() -> None:
    lines = {"counter/T-01": "ppaaaaaaaaaaaaaaaaaa"}
    ids = {i.id for i in reconciled("09:00 out T-01", lines, now="17:08").incidents}
    assert ids == {i.id for i in reconciled("09:00 out T-01", lines).incidents}
    assert len(ids) == 1


def test_an_item_that_is_not_there_is_awaited_until_the_window_has_passed() -> None:
    lines = {"counter/T-01": "ppaaaaaaaaaa"}
    assert reconciled("09:00 out T-01", lines, now="17:06:59").incidents == ()
    assert State.AWAITING in states(reconciled("09:00 out T-01", lines, now="17:06:59"), Seen.ITEM_ABSENT)
    assert len(reconciled("09:00 out T-01", lines, now="17:07").incidents) == 1


def test_entries_of_which_nothing_is_kept_any_more_are_not_judged() -> None:
    entries = registered()
    books = books_of([*entries, *written("09:00 open by sato\n17:30 lock by sato", first_seq=len(entries))])
    kept = replace(watch(at_ms(START), door("c" * 60)), from_ms=at_ms(START))
    verdicts = Reconciler(books, kept, at_ms("18:00"), SETTINGS, RAISER).reconcile().verdicts
    assert [verdict.what for verdict in verdicts] == ["vault.locked"]


def test_what_is_not_kept_was_seen_by_nobody() -> None:
    kept = replace(watch(at_ms(START), door("c" * 60)), from_ms=at_ms("17:20"))
    assert kept.unseen(DOOR, (at_ms("17:00"), at_ms("18:00"))) == ((at_ms("17:00"), at_ms("17:20")),)


def test_a_watch_knows_which_camera_could_see_something_of_a_place() -> None:
    seen = watch(at_ms(START), {"a/T-01": "hhhhhh", "b/T-01": "pppppp", "a": ".XXX..", "b": "..XXX."})
    minutes = [seen.camera_at("T-01", at_ms(START) + minute * MINUTE_MS) for minute in range(6)]
    assert minutes == ["a", "b", None, None, "a", "a"]
    assert seen.camera_at("T-02", at_ms(START)) is None
    assert replace(seen, from_ms=at_ms("17:05")).camera_at("T-01", at_ms(START)) is None


def test_a_watch_knows_when_nobody_could_see_a_place() -> None:
    seen = watch(at_ms(START), {"a/T-01": "pppppp", "b/T-01": "pppppp", "a": ".XXX..", "b": "..XXX."})
    hour = (at_ms("17:00"), at_ms("18:00"))
    assert seen.unseen("T-01", hour) == ((at_ms("17:02"), at_ms("17:04")),)
    assert seen.unseen("T-02", hour) == (hour,)
    hidden = watch(at_ms(START), {"a/T-01": "pphhpp", "a/T-02": "pppppp"})
    assert hidden.unseen("T-01", hour) == ((at_ms("17:02"), at_ms("17:04")),)
    assert hidden.unseen("T-02", hour) == ()
    assert Watch().unseen(DOOR, hour) == (hour,)


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ("09:00 out T-01", State.AWAITING),
        ("09:00 out T-01\n17:06 in T-01", State.MATCHED),
        ("09:00 out T-01\n17:40 in T-01", State.AWAITING),
    ],
)
def test_what_was_gone_when_the_cameras_stopped_raises_nothing_and_is_not_taken_for_settled(
    script: str, state: State
) -> None:
    found = reconciled(script, {"counter/T-01": "ppaaaa", "counter": "....XX"}, now="19:00")
    assert states(found, Seen.ITEM_ABSENT) == [state]
    assert found.incidents == ()
