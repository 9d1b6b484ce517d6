"""A watch as a file: what an investigation needs of the cameras long after they were looked at. Pure.

One JSON object; text in, a watch out, and back. Moments have the form of the ledger's `at`, null where it lasts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from custody.entries import utc_text
from custody.fields import FieldError, Fields, shown
from custody.fields import text as as_text
from custody.sightings import Gap, Seen, Sighting, Watch

VERSION: Final = 1


class WatchFileError(ValueError):
    """A file holds no watch; the message names the file, the key and what was expected."""


def watch_text(watch: Watch, site: str) -> str:
    """Return a watch as the text of a file; `read_watch` gives the same watch again."""
    head = {"v": VERSION, "site": site, "from": utc_text(watch.from_ms)}
    members = [json.dumps(head, ensure_ascii=False)[1:-1]]
    cameras = [{"place": place, "cameras": list(names)} for place, names in watch.cameras.items()]
    members += [
        _lines("cameras", cameras),
        _lines("sightings", map(_sighting_row, watch.sightings)),
        _lines("gaps", map(_gap_row, watch.gaps)),
    ]
    return "{" + ",\n".join(members) + "}\n"


def read_watch(text: str, name: str, site: str) -> Watch:
    """Read the watch of a site. name: the file's, for errors. Raises WatchFileError."""
    try:
        return _watch(Fields({"watch": json.loads(text)}).inner("watch"), site)
    except ValueError as error:
        raise WatchFileError(f"{name}: {error}; analyse the clips again into a new folder") from error


def _lines(key: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a member that is a list, one member a line, so that two watches can be compared line by line."""
    return f'"{key}": [' + ",".join("\n" + json.dumps(row, ensure_ascii=False) for row in rows) + "]"


def _sighting_row(sighting: Sighting) -> Mapping[str, Any]:
    return {
        "what": sighting.what.value,
        "subject": sighting.subject,
        "from": utc_text(sighting.from_ms),
        "to": _end(sighting.to_ms),
        "camera": sighting.camera,
        "people": sighting.people,
        "tracks": list(sighting.tracks),
        "items": list(sighting.items),
        "incident": sighting.incident,
    }


def _gap_row(gap: Gap) -> Mapping[str, Any]:
    return {
        "camera": gap.camera,
        "from": utc_text(gap.from_ms),
        "to": _end(gap.to_ms),
        "why": gap.why,
        "place": gap.place,
    }


def _end(to_ms: int | None) -> str | None:
    return None if to_ms is None else utc_text(to_ms)


def _watch(fields: Fields, site: str) -> Watch:
    if (version := fields.whole("v")) != VERSION:
        raise FieldError("v", str(version), f"{VERSION}, which this program reads")
    if (found := fields.text("site")) != site:
        raise FieldError("site", shown(found), f"{site}, whose ledger lies beside it")
    watch = Watch(
        sightings=fields.objects("sightings", _sighting),
        gaps=fields.objects("gaps", _gap),
        cameras=dict(fields.objects("cameras", _cameras)),
        from_ms=fields.moment("from"),
    )
    fields.close()
    return watch


def _cameras(fields: Fields) -> tuple[str, tuple[str, ...]]:
    return fields.text("place"), fields.members("cameras", as_text)


def _sighting(fields: Fields) -> Sighting:
    what = fields.text("what")
    if what not in set(Seen):
        raise FieldError("what", shown(what), f"one of {', '.join(Seen)}")
    return Sighting(
        what=Seen(what),
        subject=fields.text("subject"),
        from_ms=fields.moment("from"),
        to_ms=fields.optional("to", fields.moment),
        camera=fields.optional("camera", fields.text),
        people=fields.whole("people"),
        tracks=fields.members("tracks", as_text),
        items=fields.members("items", as_text),
        incident=fields.optional("incident", fields.text),
    )


def _gap(fields: Fields) -> Gap:
    return Gap(
        camera=fields.text("camera"),
        from_ms=fields.moment("from"),
        to_ms=fields.optional("to", fields.moment),
        why=fields.text("why"),
        place=fields.optional("place", fields.text),
    )
