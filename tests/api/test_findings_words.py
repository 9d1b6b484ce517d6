"""What an investigation says has words in both languages."""

from __future__ import annotations

import re

import pytest

from api.findings_words import findings_words
from api.language import Language
from api.words import words
from custody.clues import INCIDENTS, Clue
from custody.explanations import Cause

LANGUAGES: list[Language] = ["ja", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clue_is_told_by_words_of_its_own_or_by_its_rule(language: Language) -> None:
    spoken = findings_words(language)
    assert {*spoken.clues, *INCIDENTS.values()} == set(Clue)
    assert not {*spoken.clues} & {*INCIDENTS.values()}
    assert {*INCIDENTS} <= words(language).rules.keys()
    assert {*spoken.causes} == set(Cause)


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    ja, en = findings_words("ja"), findings_words("en")
    for one, other in ((ja.labels, en.labels), (ja.clues, en.clues), (ja.causes, en.causes)):
        named = [
            {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in spoken.items()} for spoken in (one, other)
        ]
        assert named[0] == named[1]
