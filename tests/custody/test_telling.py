"""The fact that nobody has explained, as the people of the office read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from custody.entries import Entry
from custody.office import judged
from custody.raising import RULES
from custody.settings import CustodySettings
from custody.telling import told
from tests.custody.office_script import RAISER, TOKYO, at_ms, registered, written
from tests.custody.watching import watch
from vision.incidents import Incident

SETTINGS = CustodySettings(matching_window_s=300, skew_s=0)
UNREADABLE = Entry(5, at_ms("07:00"), "count", "tsurumi", ("sato", "suzuki"), {"item": "B-0221"})


def raised(script: str, lines: Mapping[str, str] | None = None, odd: Sequence[Entry] = ()) -> tuple[Incident, ...]:
    """Return the incidents of a day until 18:30, and of lines that begin at 17:00, a character a minute."""
    entries = [*registered(), *odd]
    entries += written(script, first_seq=len(entries))
    return judged(entries, watch(at_ms("17:00"), lines or {}), at_ms("18:30"), SETTINGS, RAISER)


def sentences(incidents: Sequence[Incident], rule: str) -> list[str | None]:
    return [told(incident, "ja", TOKYO) for incident in incidents if incident.rule == rule]


@pytest.mark.parametrize(
    ("script", "rule", "sentence"),
    [
        ("", "closing_overdue", "17:00以降、B-0221、端末全台の員数を二人で確認していない"),
        ("", "closing_overdue", "当日の点検表に二人の署名がない"),
        ("09:00 open", "closing_overdue", "台帳ではvault-doorが施錠されていない"),
        ("17:05 lock", "vault_locked_without_count", "17:00以降、B-0221、端末全台の員数を二人で確認していない"),
        ("17:05 key sato ito", "closing_overdue", "鍵の引き継ぎが、員数確認より先に記録された"),
        ("09:00 out T-01", "item_not_returned", "台帳ではT-01が保管庫に戻っていない"),
        ("", "item_not_returned", "17:00以降、K-01が引き継がれていない"),
        ("17:20 sheet 2 78 no partition_closed", "closing_overdue", "点検表で「いいえ」と答えた項目：仕切りの閉鎖"),
        ("17:20 sheet 3 78", "count_mismatch", "点検表では端末全台が3、台帳では2"),
        ("09:00 count B-0221 77 78", "count_mismatch", "sato、suzukiの数が一致しない：77、78"),
        ("09:00 count B-0221 77 77", "count_mismatch", "78あるはずが、数えると77、77"),
        ("09:00 count B-0221 78", "two_person_breach", "記録5の署名はsatoの一人だけ"),
        ("", "opening_overdue", "06:45以降、K-01が引き継がれていない"),
        ("", "opening_overdue", "台帳ではvault-doorがまだ開けられていない"),
        (
            "11:00 open tells 09:00",
            "entry_back_dated",
            "記録5は署名より2.0時間前のことを書いている（署名：sato、suzuki）",
        ),
        ("10:00 open\n09:30 lock", "clock_set_back", "記録6の時刻は、先の記録より30分前に戻っている"),
    ],
)
def test_what_the_ledger_raises_is_told_in_japanese_with_local_times(script: str, rule: str, sentence: str) -> None:
    assert sentence in sentences(raised(script), rule)


@pytest.mark.parametrize(
    ("script", "lines", "rule", "sentence"),
    [
        (
            "",
            {"vault/vault-door": "ccoo" + "c" * 20},
            "unlogged_vault_access",
            "vault-doorが開くのが見えたが、台帳では施錠されたまま",
        ),
        (
            "17:05 open",
            {"vault/vault-door": "c" * 5 + "o" * 19, "vault/vault-door+": "....11" + "." * 18},
            "two_person_breach",
            "記録5にはsato、suzukiの名があるが、vault-doorに見えたのは1人",
        ),
        (
            "09:00 out T-01",
            {"counter/T-01": "pp" + "a" * 22},
            "item_not_where_ledger_says",
            "台帳では定位置T-01にあるはずのT-01が、そこに見えない",
        ),
        (
            "",
            {"counter/T-01": "p" * 24},
            "item_not_where_ledger_says",
            "台帳では保管庫にあるはずのT-01が、定位置T-01に見える",
        ),
        (
            "09:00 open\n17:02 lock",
            {"vault/vault-door": "o" * 24},
            "item_not_where_ledger_says",
            "台帳では施錠されているはずのvault-doorが、開いて見える",
        ),
    ],
)
def test_what_cameras_saw_against_the_ledger_is_told_in_japanese(
    script: str, lines: Mapping[str, str], rule: str, sentence: str
) -> None:
    assert sentences(raised(script, lines), rule) == [sentence]


def test_an_entry_that_cannot_be_read_is_told_with_what_is_wrong_in_it() -> None:
    (sentence,) = sentences(raised("", odd=[UNREADABLE]), "entry_unreadable")
    assert str(sentence).startswith("記録5は読めない：entry 5 (count): numbers: found nothing")


def test_in_english_the_fact_stands_as_it_is_in_the_incident() -> None:
    for incident in raised("09:00 out T-01\n17:05 lock"):
        assert told(incident, "en", TOKYO) == incident.why["fact"]


def test_what_cameras_raise_alone_has_no_fact_to_be_told() -> None:
    incident = raised("")[0]
    assert told(replace(incident, rule="terminal_removed", why={"after_s": 3}), "ja", TOKYO) is None


def test_every_incident_of_the_ledger_is_told_in_japanese() -> None:
    script = "09:00 open by ito\n09:30 lock tells 08:00\n09:20 count B-0221 77\n17:05 lock by ito\n17:10 open"
    lines = {"vault/vault-door": "c" * 24 + "o" * 20 + "c" * 40, "vault/vault-door+": "." * 9 + "1" + "." * 74}
    found = [
        *raised(script, odd=[UNREADABLE]),
        *raised("09:00 out T-01\n17:40 out B-0221", {"counter/T-01": "a" * 40}),
    ]
    found += raised("17:10 lock", lines)
    assert {incident.rule for incident in found} == set(RULES)
    for incident in found:
        assert told(incident, "ja", TOKYO) != incident.why["fact"]
