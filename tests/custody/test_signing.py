"""Keys and checkpoints: made at the first start, replaced by an entry, and countersigned by neighbours."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.checkpoint import CosignRequest, SignedCheckpoint
from custody.errors import ForkedLedgerError, KeyFileError, LedgerError
from custody.keys import load_key, make_key
from custody.ledger import Ledger
from custody.note import BadSignatureError, SigningKey
from custody.signing import (
    accept_cosignatures,
    cosign,
    current_key,
    introduce_key,
    request_cosignature,
    rotate_key,
    sign_checkpoint,
)
from tests.custody.conftest import NOON_MS, counts

NOON_S = NOON_MS // 1000


def test_the_first_start_makes_a_key_and_says_so_on_the_ledger(where: Path | str, tmp_path: Path) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        key = introduce_key(ledger, tmp_path / "keys", NOON_MS)
        (entry,) = ledger
        assert entry.kind == "settings.changed"
        assert entry.body == {"setting": "ledger.key", "from": None, "to": key.verifier.text()}
        (signed,) = ledger.checkpoints()
        assert signed.checkpoint.size == 1
        assert signed.expect_signed_by([key.verifier]) == [key.verifier]


def test_every_further_start_uses_the_same_key(where: Path | str, tmp_path: Path) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        first = introduce_key(ledger, tmp_path / "keys", NOON_MS)
    with Ledger.open(where) as ledger:
        assert introduce_key(ledger, tmp_path / "keys", NOON_MS + 1).verifier == first.verifier
        assert len(ledger) == 1


def test_two_ledgers_never_have_the_same_key(tmp_path: Path) -> None:
    keys = set()
    for number in range(2):
        with Ledger.create(tmp_path / f"ledger-{number}", "tsurumi") as ledger:
            keys.add(introduce_key(ledger, tmp_path / f"keys-{number}", NOON_MS).verifier)
    assert len(keys) == 2


def test_a_key_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    make_key(tmp_path / "keys", "kuraban/tsurumi")
    (path,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    key = make_key(tmp_path, "kuraban/tsurumi")
    (path,) = tmp_path.iterdir()
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match=r"read by others \(mode 640\): chmod 600 it, and rotate the key"):
        load_key(tmp_path, key.name, key.verifier.key_id)


def test_a_key_file_that_is_missing_or_another_one_is_told(tmp_path: Path) -> None:
    key = make_key(tmp_path / "a", "kuraban/tsurumi")
    with pytest.raises(KeyFileError, match=r"is missing.*--keys"):
        load_key(tmp_path / "b", key.name, key.verifier.key_id)
    (path,) = (tmp_path / "a").iterdir()
    make_key(tmp_path / "b", "kuraban/tsurumi")
    (other,) = (tmp_path / "b").iterdir()
    path.write_bytes(other.read_bytes())
    with pytest.raises(KeyFileError, match="holds another key"):
        load_key(tmp_path / "a", key.name, key.verifier.key_id)
    path.write_bytes(b"-----BEGIN")
    with pytest.raises(KeyFileError, match="is no key file"):
        load_key(tmp_path / "a", key.name, key.verifier.key_id)


def test_the_key_before_signs_the_change_to_the_next(where: Path | str, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    with Ledger.create(where, "tsurumi") as ledger:
        first = introduce_key(ledger, keys, NOON_MS)
        ledger.record_all(counts(3))
        second = rotate_key(ledger, keys, NOON_MS, ("sato", "suzuki"))
        change = list(ledger)[-1]
        assert (change.actors, change.body["from"], change.body["to"]) == (
            ("sato", "suzuki"),
            first.verifier.text(),
            second.verifier.text(),
        )
        signed = ledger.checkpoints()[-1]
        assert signed.checkpoint.size == len(ledger) == 5
        assert signed.expect_signed_by([first.verifier, second.verifier]) == [first.verifier, second.verifier]
        in_force = current_key(ledger, keys)
        assert in_force is not None
        assert in_force.verifier == second.verifier


def test_a_ledger_without_a_key_has_none_to_replace(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger", "tsurumi") as ledger:
        assert current_key(ledger, tmp_path / "keys") is None
        with pytest.raises(KeyFileError, match="has no key yet"):
            rotate_key(ledger, tmp_path / "keys", NOON_MS, ())


def test_a_checkpoint_is_given_out_once_a_size(where: Path | str, tmp_path: Path) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        key = introduce_key(ledger, tmp_path, NOON_MS)
        ledger.record_all(counts(2))
        signed = sign_checkpoint(ledger, key)
        assert (signed.checkpoint.size, signed.checkpoint.root) == (3, ledger.head().root)
        assert sign_checkpoint(ledger, key) == signed
        assert [given.checkpoint.size for given in ledger.checkpoints()] == [1, 3]


class Neighbours:
    """Two sites: tsurumi, whose checkpoints are cosigned, and midori, which cosigns them."""

    def __init__(self, folder: Path, where: Path | str) -> None:
        self.ledger = Ledger.create(where, "tsurumi")
        self.key = introduce_key(self.ledger, folder / "keys-t", NOON_MS)
        self.other = Ledger.create(folder / "midori", "midori")
        self.other_key = introduce_key(self.other, folder / "keys-m", NOON_MS)

    def request(self, old: int) -> CosignRequest:
        return request_cosignature(self.ledger, sign_checkpoint(self.ledger, self.key), old)

    def cosign(self, request: CosignRequest, at_s: int = NOON_S) -> SignedCheckpoint:
        return cosign(self.other, self.other_key, request, [self.key.verifier], at_s)

    def close(self) -> None:
        self.ledger.close()
        self.other.close()


@pytest.fixture
def neighbours(where: Path | str, tmp_path: Path) -> Iterator[Neighbours]:
    made = Neighbours(tmp_path / "neighbours", where)
    yield made
    made.close()


def test_a_neighbour_cosigns_and_its_signature_is_kept(neighbours: Neighbours) -> None:
    neighbours.ledger.record_all(counts(4))
    cosigned = neighbours.cosign(neighbours.request(0))
    assert cosigned.signatures[-1].cosigned_at_s == NOON_S
    cosigner = neighbours.other_key.cosigner
    for _ in range(2):  # a second time changes nothing
        assert accept_cosignatures(neighbours.ledger, cosigned, [cosigner]) == [cosigner]
    assert neighbours.ledger.checkpoints()[-1] == cosigned


def test_a_neighbour_remembers_what_it_saw_and_asks_for_the_proof_from_there(neighbours: Neighbours) -> None:
    neighbours.cosign(neighbours.request(0))
    neighbours.ledger.record_all(counts(4))
    with pytest.raises(LedgerError, match=r"1 entries of kuraban/tsurumi were seen here last.*--old 1"):
        neighbours.cosign(neighbours.request(0))
    assert neighbours.cosign(neighbours.request(1)).checkpoint.size == 5
    seen = neighbours.other.witnessed("kuraban/tsurumi")
    assert seen is not None
    assert seen.checkpoint.size == 5


def test_a_neighbour_cosigns_the_same_checkpoint_again(neighbours: Neighbours) -> None:
    neighbours.cosign(neighbours.request(0))
    assert neighbours.cosign(neighbours.request(1), NOON_S + 60).signatures[-1].cosigned_at_s == NOON_S + 60


def rewritten(neighbours: Neighbours, folder: Path, kept: int) -> CosignRequest:
    """Return the request of a tsurumi that wrote its history anew, with the same key, behind `kept` entries."""
    with Ledger.create(folder, "tsurumi") as forged:
        for entry in neighbours.ledger.entries(0, kept):
            forged.append(entry.at_ms, entry.kind, entry.actors, dict(entry.body))
        for _ in range(9):
            forged.append(NOON_MS, "count", ("sato", "suzuki"), {"item": "B-0221", "number": 77})
        return request_cosignature(forged, sign_checkpoint(forged, neighbours.key), 5)


def test_a_neighbour_does_not_cosign_a_rewritten_history(neighbours: Neighbours, tmp_path: Path) -> None:
    neighbours.ledger.record_all(counts(4))
    neighbours.cosign(neighbours.request(0))
    with pytest.raises(ForkedLedgerError, match="do not begin with the 5 of the checkpoint that was cosigned"):
        neighbours.cosign(rewritten(neighbours, tmp_path / "forged", 3))
    assert neighbours.cosign(rewritten(neighbours, tmp_path / "honest", 5)).checkpoint.size == 14


def test_a_neighbour_cosigns_for_keys_that_it_trusts_only(neighbours: Neighbours, tmp_path: Path) -> None:
    stranger = make_key(tmp_path / "stranger", "kuraban/tsurumi")
    with pytest.raises(BadSignatureError, match="not signed by a trusted key of kuraban/tsurumi"):
        cosign(neighbours.other, neighbours.other_key, neighbours.request(0), [stranger.verifier], NOON_S)


def test_a_cosignature_of_one_s_own_is_not_taken_for_the_key_in_force(neighbours: Neighbours, tmp_path: Path) -> None:
    ledger, key = neighbours.ledger, neighbours.key
    signed = sign_checkpoint(ledger, key)
    accept_cosignatures(ledger, signed.with_signature(key.cosign(signed.checkpoint.text(), NOON_S)), [key.cosigner])
    in_force = current_key(ledger, tmp_path / "neighbours" / "keys-t")
    assert in_force is not None
    assert in_force.verifier == key.verifier


def test_a_cosignature_that_does_not_fit_is_not_kept(neighbours: Neighbours) -> None:
    signed = sign_checkpoint(neighbours.ledger, neighbours.key)
    forged = signed.with_signature(neighbours.other_key.cosign("another text\n", NOON_S))
    with pytest.raises(BadSignatureError, match="kuraban/midori does not fit"):
        accept_cosignatures(neighbours.ledger, forged, [neighbours.other_key.cosigner])
    assert neighbours.ledger.checkpoints()[-1] == signed


def test_a_cosignature_is_kept_under_one_s_own_checkpoints_only(neighbours: Neighbours) -> None:
    foreign = sign_checkpoint(neighbours.other, neighbours.other_key)
    with pytest.raises(LedgerError, match="has not given out this checkpoint"):
        accept_cosignatures(neighbours.ledger, foreign, [neighbours.other_key.cosigner])


def test_a_ledger_that_no_longer_continues_its_checkpoint_signs_nothing(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger", "tsurumi") as ledger:
        key = introduce_key(ledger, tmp_path, NOON_MS)
        head = ledger.head()
        ledger.keep_checkpoint(_of_another_history(ledger, key))
        with pytest.raises(ForkedLedgerError, match="does not continue its own checkpoint of 2"):
            sign_checkpoint(ledger, key)
        assert ledger.head() == head


def _of_another_history(ledger: Ledger, key: SigningKey) -> SignedCheckpoint:
    first = ledger.checkpoints()[0].checkpoint
    return SignedCheckpoint.sign(type(first)(first.origin, 2, first.root), key)
