"""What a run leaves behind for people to trust: the clip of each incident, and the ledger that recorded them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import structlog

from custody.entries import Draft
from custody.incidents import SealedClip, clip_sealed, incident_entries
from custody.ledger import Ledger
from custody.lines import copy_lines
from custody.raising import RULES as LEDGER_RULES
from streams.clips import Cut, cut
from streams.errors import ClipUnavailableError
from vision.incidents import Incident

LEDGER: Final = "ledger"
CLIPS: Final = "clips"
LEAD_MS: Final = 10_000
"""A clip begins this long before its incident and ends this long after it."""

_log = structlog.get_logger()


def cut_clips(
    out: Path, clips: Mapping[str, str], start_ms: int, incidents: Sequence[Incident], last_ms: int
) -> dict[str, Cut]:
    """Cut the clip of each incident into `out`/clips; return the cuts by incident id.

    A clip that cannot be cut is logged and left out. last_ms: where an incident that has not ended is taken to end.
    """
    cuts = {}
    for incident in incidents:
        camera = incident.camera
        if camera is None or camera not in clips:
            continue
        from_ms, to_ms = max(incident.began_at_ms - LEAD_MS, start_ms), shown_until(incident, last_ms) + LEAD_MS
        target = out / CLIPS / f"{incident.id}.mp4"
        try:
            cuts[incident.id] = cut(Path(clips[camera]), from_ms, to_ms, start_ms, target)
        except ClipUnavailableError as error:
            _log.warning("clip.unavailable", incident=incident.id, reason=str(error))
    return cuts


def shown_until(incident: Incident, last_ms: int) -> int:
    """Return when that of which a clip is cut was over. last_ms: where an incident that lasts is taken to end.

    A deadline that passed or an entry that came is a moment, although what is missing may be missing for hours.
    """
    if incident.rule in LEDGER_RULES and incident.began_at_ms == incident.raised_at_ms:
        return incident.raised_at_ms
    return last_ms if incident.ended_at_ms is None else incident.ended_at_ms


def open_ledger(out: Path, site: str, entries: Path | None) -> Ledger:
    """Make the run's own ledger, which begins with the entries of a file where one is given.

    Raises LedgerError where that of another run lies there, for nothing is written over, and where the file is no
    ledger of the site.
    """
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger.create(out / LEDGER, site))
        if entries is not None:
            copy_lines(entries, ledger)
        stack.pop_all()
        return ledger


def record(ledger: Ledger, incidents: Sequence[Incident], cuts: Mapping[str, Cut]) -> None:
    """Put the incidents and the digests of their clips on the ledger, in the order in which they became known."""
    drafts: list[Draft] = []
    for incident in incidents:
        drafts += incident_entries(incident)
        if incident.id in cuts:
            clip = cuts[incident.id]
            drafts.append(sealing(incident, clip, max(clip.requested_to_ms, incident.raised_at_ms)))
    ledger.record_all(sorted(drafts, key=lambda draft: draft.at_ms))


def sealing(incident: Incident, clip: Cut, at_ms: int) -> Draft:
    """Return the entry that seals the clip of an incident at a moment, UTC milliseconds."""
    sealed = SealedClip(
        camera=incident.camera or "",
        file=f"{CLIPS}/{clip.path.name}",
        requested=(clip.requested_from_ms, clip.requested_to_ms),
        delivered=(clip.delivered_from_ms, clip.delivered_to_ms),
        sha256=clip.sha256,
        gaps=clip.gaps,
    )
    return clip_sealed(sealed, at_ms, incident.id)
