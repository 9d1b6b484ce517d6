"""The footage: whether its index agrees with what lies on the disk, and whether its keys are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from api.doctor.findings import Finding, bad, good, skipped, warning
from api.footage.index import cameras, disagreement
from api.runtime.whereabouts import footage_folder
from custody.errors import LedgerError
from custody.records.database import FILE, Records, RecordsVersionError
from streams.errors import FootageKeyError
from streams.footage_keys import find_key, key_ids


def examine_footage(data: Path, *, is_served: bool) -> Iterator[Finding]:
    """Compare names: no segment is read. is_served: the service itself keeps the index now."""
    root = footage_folder(data)
    yield from _keys(root)
    if not root.is_dir() or not (data / FILE).exists():
        yield skipped("footage", f"nothing was recorded in {root} yet")
        return
    try:
        with Records.look(data) as records:
            yield _judge(records, root, is_served=is_served)
    except (LedgerError, RecordsVersionError, OSError) as error:
        yield bad("footage", str(error), "look at the finding about the database")


def _keys(root: Path) -> Iterator[Finding]:
    ids = key_ids(root)
    for key_id in ids:
        try:
            find_key(root, key_id)
        except FootageKeyError as error:
            yield bad("footage.keys", f"{error.source}: {error.reason}", error.remedy, key=key_id)
            return
    if ids:
        yield good("footage.keys", f"all keys of encrypted footage can be read: {len(ids)}", keys=len(ids))


def _judge(records: Records, root: Path, *, is_served: bool) -> Finding:
    missing, extra = 0, 0
    names = cameras(records, root)
    for camera in names:
        lacking, gone = disagreement(records, root, camera)
        missing, extra = missing + len(lacking), extra + len(gone)
    measured = {"cameras": len(names), "missing": missing, "extra": extra}
    just_finished = len(names) if is_served else 0
    if missing <= just_finished and not extra:
        return good("footage", f"the index agrees with the disk: {len(names)} cameras", **measured)
    says = f"{missing} segments are not in the index, {extra} of the index are not on the disk"
    remedy = "restart the service" if is_served else "start the service, or run `kuraban footage reindex`"
    return warning("footage", says, f"{remedy}; it brings the index up to date", **measured)
