"""How the running office has kept to its rules: by its calendar, books, incidents and cameras."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import chain

from api.found import every_incident
from api.runtime.office import LiveOffice
from api.runtime.running import SINCE
from api.wiring import make_lookout
from custody.compliance import BREACH, EXPOSURE, UNLOGGED_OPENING, Compliance, Overseen, by_day
from custody.intervals import Interval
from custody.records import incidents, watching
from custody.records.marks import mark
from custody.sightings import Watch
from vision.incidents import Incident


def kept_by_day(office: LiveOffice, first: date, last: date) -> Mapping[date, Compliance]:
    """Return how each local day from the first to the last was kept."""
    with office.records.read() as connection:
        since_ms = mark(connection, SINCE)
    overseen = Overseen(
        hours=office.site.hours,
        settings=office.site.custody,
        books=office.books,
        watch=_gaps(office, _stretch(office, first, last)),
        cameras=[camera.id for camera in office.site.cameras],
        since_ms=office.now_ms() if since_ms is None else since_ms,
        now_ms=office.now_ms(),
    )
    return by_day(overseen, _raised(office, _stretch(office, first, last)), first, last)


def csv_of(periods: Mapping[date, Compliance], form: str) -> str:
    """Return the same as comma-separated values, a line a period. form: of its name, as `%Y-%m`."""
    out = io.StringIO(newline="")
    rows = [{"period": f"{period:{form}}", **_row(kept)} for period, kept in periods.items()]
    columns = dict.fromkeys(chain.from_iterable(rows))
    writer = csv.DictWriter(out, list(columns), restval=0, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _stretch(office: LiveOffice, first: date, last: date) -> Interval:
    hours = office.site.hours
    return hours.midnight_ms(first), hours.midnight_ms(last + timedelta(days=1))


def _raised(office: LiveOffice, stretch: Interval) -> Iterator[Incident]:
    for rule in (EXPOSURE, UNLOGGED_OPENING, BREACH):
        yield from every_incident(office, incidents.Query(from_ms=stretch[0], to_ms=stretch[1], rule=rule))


def _gaps(office: LiveOffice, stretch: Interval) -> Watch:
    """Return a watch with the gaps of a stretch, and nothing of what was seen."""
    places = make_lookout(office.site, office.site.cameras, stretch[0]).watch().cameras
    with office.records.read() as connection:
        oldest_ms = watching.oldest_ms(connection)
        gaps = watching.gaps_in(connection, stretch)
    return Watch(gaps=gaps, cameras=places, from_ms=office.now_ms() if oldest_ms is None else oldest_ms)


def _row(kept: Compliance) -> dict[str, str | int]:
    return {
        "hours": _hours(kept.of_ms),
        "counts_due": kept.counts.due,
        "counts_in_time": kept.counts.in_time,
        "counts_late": kept.counts.late,
        "counts_missing": kept.counts.missing,
        "counts_disagreeing": kept.disagreeing,
        "sheets_due": kept.sheets.due,
        "sheets_in_time": kept.sheets.in_time,
        "sheets_late": kept.sheets.late,
        "sheets_missing": kept.sheets.missing,
        "sheets_answered_no": kept.answered_no,
        "unlogged_openings": kept.unlogged_openings,
        "two_person_breaches": kept.breaches,
        "exposures": kept.exposures,
        "exposed_hours": _hours(kept.exposed_ms),
        **{f"blind_hours:{camera}": _hours(blind_ms) for camera, blind_ms in kept.blind_ms.items()},
        **{f"unseen_hours:{place}": _hours(unseen_ms) for place, unseen_ms in kept.unseen_ms.items()},
    }


def _hours(duration_ms: int) -> str:
    return f"{duration_ms / 3_600_000:.3f}"
