from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from api.settings import SiteFileError, load_site

SECRET = "correct-horse-battery"
MUTATIONS = 800
WRONG: tuple[object, ...] = (
    None,
    True,
    -1,
    1e400,
    "",
    "x",
    "rtsp://u:correct-horse-battery@h/",
    [],
    [[]],
    {},
    {"x": 1},
    [1, "a"],
    b"\xff",
)


def mutated(text: str, chance: random.Random) -> str:
    """Return the text with one to three small damages."""
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text))
        lines = text.split("\n")
        match chance.randrange(5):
            case 0:
                text = text[:place] + chr(chance.choice((*range(9, 127), 0x3042, 0x85, 0xFEFF))) + text[place + 1 :]
            case 1:
                text = text[:place] + text[place + chance.randint(1, 12) :]
            case 2:
                text = text[:place] + chance.choice("[]{}:,#&*!|>'\"%@`-?\t\n\\") + text[place:]
            case 3:
                chance.shuffle(lines)
                text = "\n".join(lines)
            case _:
                lines.insert(chance.randrange(len(lines)), chance.choice(lines))
                text = "\n".join(lines)
        if not text:
            return text
    return text


def wrong_at_every_key(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value of a document."""
    yield way
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from wrong_at_every_key(inner, (*way, key))
    if isinstance(value, list):
        for place, inner in enumerate(value[:2]):
            yield from wrong_at_every_key(inner, (*way, place))


def replaced(value: object, way: tuple[str | int, ...], by: object) -> object:
    if not way:
        return by
    if isinstance(value, dict):
        return {key: replaced(inner, way[1:], by) if key == way[0] else inner for key, inner in value.items()}
    assert isinstance(value, list)
    return [replaced(inner, way[1:], by) if place == way[0] else inner for place, inner in enumerate(value)]


def assert_only_a_clear_answer(path: Path, text: str) -> None:
    """Load a file: a site or a SiteFileError, and the password in neither."""
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    try:
        told = repr(load_site(path, {"COUNTER_PASSWORD": SECRET}))
    except SiteFileError as error:
        told = f"{error} {error.problems}" if error.problems else SECRET
    assert SECRET not in told, text


def test_a_damaged_site_file_gives_a_site_or_a_clear_error(tmp_path: Path, site_text: str) -> None:
    chance = random.Random(20180221)
    for _ in range(MUTATIONS):
        assert_only_a_clear_answer(tmp_path / "site.yaml", mutated(site_text, chance))


def test_a_password_that_stands_in_the_file_is_not_told_by_any_error(tmp_path: Path, site_text: str) -> None:
    literal = site_text.replace("${COUNTER_PASSWORD}", SECRET)
    chance = random.Random(7)
    for _ in range(MUTATIONS // 2):
        assert_only_a_clear_answer(tmp_path / "site.yaml", mutated(literal, chance))


def test_a_value_of_a_wrong_kind_anywhere_gives_a_site_or_a_clear_error(tmp_path: Path, site_text: str) -> None:
    content = yaml.load(site_text, Loader=yaml.BaseLoader)
    chance = random.Random(1)
    for way in wrong_at_every_key(content):
        for by in chance.sample(WRONG, 3):
            text = yaml.safe_dump(replaced(content, way, by), allow_unicode=True)
            assert_only_a_clear_answer(tmp_path / "site.yaml", text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 600,
        "a: " + "{b: " * 600,
        "&a [*a]",
        "site: &a {<<: *a, id: x}",
        'site: "\\Uffffffff"',
        "%YAML 9.9\n---\nsite: 1",
        "a: 1\n---\nb: 2",
        "!!python/object:os.system {x: 1}",
        "site: {id: !!int 5, timezone: !x Asia/Tokyo}",
        "? [a, b]\n: c",
        "\x00",
        "site: {id: a, timezone: ../../etc/passwd}",
        f"cameras: {{c: {{source: 'http://[{'9' * 5000}'}}}}",
    ],
)
def test_a_hostile_document_gives_a_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SiteFileError):
        load_site(tmp_path / "site.yaml", {})
