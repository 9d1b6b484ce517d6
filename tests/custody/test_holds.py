"""Holds by seconds of a camera, as entries and beside the media. Moments are seconds after 17:00."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.entries import Draft, Entry, utc_text
from custody.errors import RefusedError
from custody.hold_marks import Media, set_marks
from custody.holds import Holds, holds_of
from custody.intervals import Interval
from custody.mandate import Mandate
from tests.custody.office_script import at_ms

FIVE = at_ms("17:00")
SATO = Mandate("sato", "the cards are gone", "letter 12")
ITO = Mandate("ito", "a complaint", "letter 15")


def seconds(from_s: int, to_s: int) -> Interval:
    return FIVE + from_s * 1000, FIVE + to_s * 1000


class Books:
    """A ledger on paper: the entries so far, and the holds that they amount to."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.holds = Holds()

    def write(self, draft: Draft) -> int:
        entry = Entry(len(self.entries), draft.at_ms, draft.kind, "tsurumi", draft.actors, draft.body)
        self.entries.append(Entry.from_line(entry.line))
        self.holds.take(entry)
        return entry.seq

    def place(self, case: str, stretch: Interval, camera: str = "counter", mandate: Mandate = SATO) -> int:
        return self.write(self.holds.place(case, camera, stretch, mandate, FIVE))

    def release(self, number: int) -> int:
        return self.write(self.holds.release(number, ITO, FIVE + 1))


@pytest.fixture
def books() -> Books:
    return Books()


def test_a_hold_is_an_entry_that_says_whose_footage_for_which_case_and_on_whose_word(books: Books) -> None:
    books.place("C-1", seconds(10, 20))
    (entry,) = books.entries
    assert (entry.kind, entry.actors) == ("hold.placed", ("sato",))
    assert entry.body == {
        "case": "C-1",
        "camera": "counter",
        "interval": {"from": "2018-02-21T08:00:10.000Z", "to": "2018-02-21T08:00:20.000Z"},
        "reason": "the cards are gone",
        "authority": "letter 12",
    }


def test_releasing_one_cases_hold_leaves_the_others(books: Books) -> None:
    first, second = books.place("C-1", seconds(10, 30)), books.place("C-2", seconds(20, 40), mandate=ITO)
    assert books.holds.held("counter") == (seconds(10, 40),)
    books.release(first)
    assert books.holds.held("counter") == (seconds(20, 40),)
    assert [hold.number for hold in books.holds.standing()] == [second]
    books.release(second)
    assert books.holds.held("counter") == ()


def test_two_cases_may_hold_the_very_same_seconds(books: Books) -> None:
    first = books.place("C-1", seconds(10, 20))
    books.place("C-2", seconds(10, 20))
    books.release(first)
    assert books.holds.held("counter") == (seconds(10, 20),)


def test_a_hold_is_of_one_camera(books: Books) -> None:
    books.place("C-1", seconds(10, 20), camera="vault")
    assert books.holds.held("counter") == ()
    assert books.holds.held("vault") == (seconds(10, 20),)


def test_the_release_names_the_hold_and_who_permits_it(books: Books) -> None:
    books.release(books.place("C-1", seconds(10, 20)))
    assert books.entries[1].body == {
        **books.entries[0].body,
        "hold": 0,
        "reason": ITO.reason,
        "authority": ITO.authority,
    }
    assert books.entries[1].actors == ("ito",)


@pytest.mark.parametrize(
    ("stretch", "message"),
    [
        (seconds(20, 20), "swap --from and --to"),
        (seconds(12, 18), "C-1 holds these seconds of counter already, by hold 0"),
        (seconds(10, 20), "already, by hold 0"),
    ],
)
def test_a_hold_that_holds_nothing_more_is_refused(books: Books, stretch: Interval, message: str) -> None:
    books.place("C-1", seconds(10, 20))
    with pytest.raises(RefusedError, match=message):
        books.place("C-1", stretch)
    assert len(books.entries) == 1


def test_a_hold_that_does_not_stand_cannot_be_released(books: Books) -> None:
    books.release(books.place("C-1", seconds(10, 20)))
    with pytest.raises(RefusedError, match="hold 0 was released by entry 1"):
        books.release(0)
    books.place("C-1", seconds(10, 20))
    with pytest.raises(RefusedError, match="there is no hold 9; those that stand: 2"):
        books.release(9)


@pytest.mark.parametrize("field", ["by", "reason", "authority"])
def test_nothing_is_held_without_who_what_for_and_what_permits_it(field: str) -> None:
    with pytest.raises(RefusedError, match=f"--{field} is empty"):
        replace(SATO, **{field: " "})


def test_an_entry_that_cannot_be_read_is_told_because_nobody_can_tell_what_it_holds(books: Books) -> None:
    books.place("C-1", seconds(10, 20))
    spoilt = Entry(1, FIVE, "hold.placed", "tsurumi", ("sato",), {"case": "C-1"})
    again = holds_of([*books.entries, spoilt])
    assert again.held("counter") == (seconds(10, 20),)
    (says,) = again.unreadable
    assert says.startswith("entry 1 (hold.placed): interval: found nothing")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["C-1", "C-2"]), st.sampled_from(["counter", "vault"]), st.integers(0, 9), st.integers(1, 5)
    )
    | st.integers(0, 12),
    max_size=12,
)


@given(STEPS)
def test_what_is_held_is_what_any_standing_hold_covers(steps: list[tuple[str, str, int, int] | int]) -> None:
    books, standing = Books(), dict[int, tuple[str, int, int]]()
    for step in steps:
        try:
            if isinstance(step, int):
                books.release(step)
                del standing[step]
            else:
                case, camera, begin, length = step
                standing[books.place(case, seconds(begin, begin + length), camera)] = (camera, begin, begin + length)
        except RefusedError:
            continue
    for camera in ("counter", "vault"):
        covered = {s for held, begin, end in standing.values() if held == camera for s in range(begin, end)}
        found = {
            ms // 1000 for begin, end in books.holds.held(camera) for ms in range(begin - FIVE, end - FIVE, 1000)
        }
        assert found == covered
    assert holds_of(books.entries).standing() == books.holds.standing()


# Beside the media


def clip(folder: Path, name: str, stretch: Interval, camera: str = "counter") -> Media:
    (folder / name).write_bytes(b"footage")
    return Media(folder / name, camera, stretch)


def mark(media: Media) -> dict[str, object]:
    found = json.loads(media.mark.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_each_held_file_says_beside_it_which_holds_stand_over_it(books: Books, tmp_path: Path) -> None:
    before, over, after = (clip(tmp_path, f"{n}.mp4", seconds(n, n + 9)) for n in (0, 10, 30))
    other = clip(tmp_path, "vault.mp4", seconds(10, 19), "vault")
    books.place("C-1", seconds(12, 15))
    books.place("C-2", seconds(14, 25))
    assert set_marks([before, over, after, other], books.holds) == (over.path,)
    assert over.mark.name == "10.mp4.holds.json"
    assert mark(over) == {
        "v": 1,
        "file": "10.mp4",
        "camera": "counter",
        "from": utc_text(FIVE + 10_000),
        "to": utc_text(FIVE + 19_000),
        "holds": [
            {"hold": 0, "case": "C-1", "from": utc_text(FIVE + 12_000), "to": utc_text(FIVE + 15_000)},
            {"hold": 1, "case": "C-2", "from": utc_text(FIVE + 14_000), "to": utc_text(FIVE + 25_000)},
        ],
    }
    assert sorted(path.name for path in tmp_path.glob("*.holds.json")) == ["10.mp4.holds.json"]


def test_the_mark_goes_with_the_last_hold_and_not_before(books: Books, tmp_path: Path) -> None:
    media = clip(tmp_path, "a.mp4", seconds(0, 30))
    first, second = books.place("C-1", seconds(5, 10)), books.place("C-2", seconds(5, 10))
    set_marks([media], books.holds)
    books.release(first)
    set_marks([media], books.holds)
    holds = mark(media)["holds"]
    assert isinstance(holds, list)
    assert [hold["hold"] for hold in holds] == [second]
    books.release(second)
    assert set_marks([media], books.holds) == ()
    assert not media.mark.exists()


def test_marks_that_a_crash_left_behind_or_out_are_set_right(books: Books, tmp_path: Path) -> None:
    held, free = clip(tmp_path, "a.mp4", seconds(0, 9)), clip(tmp_path, "b.mp4", seconds(20, 29))
    books.place("C-1", seconds(0, 9))
    free.mark.write_text("{}", encoding="utf-8")
    held.mark.with_name(held.mark.name + ".part").write_text("half", encoding="utf-8")
    set_marks([held, free], books.holds)
    assert mark(held)["file"] == "a.mp4"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "a.mp4.holds.json", "b.mp4"]


def test_a_mark_that_says_so_already_is_not_written_again(books: Books, tmp_path: Path) -> None:
    media = clip(tmp_path, "a.mp4", seconds(0, 9))
    books.place("C-1", seconds(0, 9))
    set_marks([media], books.holds)
    written = media.mark.stat().st_ino
    set_marks([media], books.holds)
    assert media.mark.stat().st_ino == written


def test_a_file_that_is_missing_gets_no_mark(books: Books, tmp_path: Path) -> None:
    books.place("C-1", seconds(0, 9))
    assert set_marks([Media(tmp_path / "gone.mp4", "counter", seconds(0, 9))], books.holds) == ()
    assert list(tmp_path.iterdir()) == []
