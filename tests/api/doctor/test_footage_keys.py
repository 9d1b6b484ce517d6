"""The keys of encrypted footage: told while somebody can still bring them back."""

from __future__ import annotations

from pathlib import Path

from api.doctor.findings import Finding, Verdict
from api.doctor.footage import examine_footage
from api.runtime.whereabouts import footage_folder, footage_key
from streams.footage_keys import introduce_key


def found(data: Path) -> list[Finding]:
    return [one for one in examine_footage(data, is_served=False) if one.check == "footage.keys"]


def test_footage_that_was_never_encrypted_has_no_finding(tmp_path: Path) -> None:
    footage_folder(tmp_path).mkdir()
    assert found(tmp_path) == []


def test_a_key_that_is_there_is_good_and_one_that_is_gone_is_bad(tmp_path: Path) -> None:
    key = introduce_key(footage_folder(tmp_path), footage_key(tmp_path))
    (good,) = found(tmp_path)
    assert (good.verdict, good.measured) == (Verdict.GOOD, {"keys": 1})
    footage_key(tmp_path).unlink()
    (bad,) = found(tmp_path)
    assert bad.verdict is Verdict.BAD
    assert bad.measured == {"key": key.id}
    assert "bring the file back" in str(bad.remedy)
