"""What cameras saw, written beside the ledger and read again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.sightings import Gap, Seen, Sighting, Watch
from custody.watch_file import WatchFileError, read_watch, watch_text
from tests.custody.office_script import at_ms
from tests.custody.watching import watch

MOMENTS = st.integers(0, 4_000_000_000_000)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=8)
LISTS = st.lists(NAMES, max_size=3).map(tuple)
SIGHTINGS = st.builds(
    Sighting,
    what=st.sampled_from(Seen),
    subject=NAMES,
    from_ms=MOMENTS,
    to_ms=st.none() | MOMENTS,
    camera=st.none() | NAMES,
    people=st.integers(0, 50),
    tracks=LISTS,
    items=LISTS,
    incident=st.none() | NAMES,
)
GAPS = st.builds(Gap, camera=NAMES, from_ms=MOMENTS, to_ms=st.none() | MOMENTS, why=NAMES, place=st.none() | NAMES)
WATCHES = st.builds(
    Watch,
    sightings=st.lists(SIGHTINGS, max_size=4).map(tuple),
    gaps=st.lists(GAPS, max_size=3).map(tuple),
    cameras=st.dictionaries(NAMES, LISTS, max_size=3),
    from_ms=MOMENTS,
)
EVENING = watch(at_ms("17:10"), {"counter/T-01": "pppaaa", "counter": "....XX", "vault/vault-door": "cccooo"})
TEXT = watch_text(EVENING, "tsurumi")


@given(WATCHES)
def test_a_watch_that_is_read_again_is_the_same(written: Watch) -> None:
    assert read_watch(watch_text(written, "tsurumi"), "watch.json", "tsurumi") == written


def changed(**values: Any) -> str:
    return json.dumps({**json.loads(TEXT), **values})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "watch.json: Expecting property name"),
        ("7", "watch.json: watch: found 7; expected an object"),
        (changed(v=2), "v: found 2; expected 1, which this program reads"),
        (changed(site="midori"), "site: found 'midori'; expected tsurumi, whose ledger lies beside it"),
        (changed(**{"from": "17:10"}), "from: found '17:10'; expected UTC with milliseconds"),
        (changed(gaps=[{}]), r"gaps\[0\].camera: found nothing; expected the key"),
        (changed(gaps=[7]), r"gaps\[0\]: found 7; expected an object"),
        (changed(more=1), "more: found an unknown key"),
        (TEXT.replace('"vault_open"', '"vault_ajar"'), "what: found 'vault_ajar'; expected one of vault_open"),
    ],
)
def test_a_file_that_holds_no_watch_is_refused_with_its_key(text: str, message: str) -> None:
    with pytest.raises(WatchFileError, match=message) as refused:
        read_watch(text, "watch.json", "tsurumi")
    assert "analyse the clips again" in str(refused.value)
