"""The site file: read once, checked whole, turned into frozen records.

`load_site` is the only way in. The records are `api.site`, the sections' readers are `api.sitefile`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.language import Language
from api.secret import without_literals
from api.site import Camera, Site
from api.sitefile.agreement import joined, zone_names
from api.sitefile.alerts import read_alerts
from api.sitefile.cameras import read_cameras
from api.sitefile.custody import read_custody
from api.sitefile.document import Document, read_document
from api.sitefile.footage import read_footage
from api.sitefile.hours import read_hours
from api.sitefile.identity_provider import read_identity_provider
from api.sitefile.items import read_items
from api.sitefile.node import Node
from api.sitefile.problems import Problem, Problems, SiteFileError
from api.sitefile.rules import read_rules
from api.sitefile.sources import Surroundings
from api.sitefile.warnings import warnings_of

__all__ = ["Camera", "Problem", "Site", "SiteFileError", "load_site"]

_SECTIONS = ("site", "hours", "cameras", "items", "rules", "custody", "alerts", "footage", "identity_provider")
_SITE = ("id", "name", "timezone", "language")
_LANGUAGES: dict[str, Language] = {"ja": "ja", "en": "en"}
_TIMEZONE = "a time zone by its IANA name, as in Asia/Tokyo"


def load_site(path: Path, environ: Mapping[str, str], content: bytes | None = None) -> Site:
    """Read a site file; `${NAME}` in sources is taken from `environ`, files are found beside the site file.

    content: what the file said when it was put in force, where that is wanted and not what it says now.
    Raises SiteFileError with every problem of the file: unreadable, not YAML, a missing or unknown key, a value
    of the wrong kind, parts that do not agree, a variable that the environment lacks. No message holds a
    password.
    """
    problems = Problems(path)
    document = read_document(path, problems, content)
    return _site(document, path, problems, environ)


def _site(document: Document, path: Path, problems: Problems, environ: Mapping[str, str]) -> Site:
    top = document.top
    sections = top.fields(_SECTIONS, required=("site", "cameras"))
    head = sections["site"].fields(_SITE, required=("id", "timezone")) if "site" in sections else {}
    site_id = head["id"].identifier("site") if "id" in head else None
    name = head["name"].text("a name") if "name" in head else None
    language = head["language"].choice(_LANGUAGES) if "language" in head else None
    timezone = _timezone(head["timezone"]) if "timezone" in head else ZoneInfo("UTC")
    hours = read_hours(sections.get("hours"), timezone)
    around = Surroundings(path.parent, environ)
    drafts = read_cameras(sections["cameras"], around) if "cameras" in sections else ()
    read = read_items(sections.get("items"))
    rules = read_rules(sections.get("rules"))
    custody = read_custody(sections.get("custody"))
    cameras = joined(drafts, read)
    spoken = _LANGUAGES[language or "en"]
    alerts = read_alerts(sections.get("alerts"), environ, spoken, [draft.id for draft in drafts])
    footage = read_footage(sections.get("footage"), [draft.id for draft in drafts], path.parent)
    provider = read_identity_provider(sections.get("identity_provider"), environ)
    problems.stop_if_any()
    items = {item.id: item for item in read.values() if item is not None}
    no_hours = () if "hours" in sections else ("there are no hours: every moment counts as window hours",)
    return Site(
        id=site_id or "",
        name=name or site_id or "",
        timezone=timezone,
        language=spoken,
        hours=hours,
        cameras=cameras,
        items=MappingProxyType(items),
        rules=MappingProxyType(rules),
        custody=custody,
        alerts=alerts,
        footage=footage,
        identity_provider=provider,
        zone_names=MappingProxyType(zone_names(drafts)),
        digest=document.digest,
        path=path,
        text=without_literals(document.text),
        warnings=(*problems.warnings, *no_hours, *warnings_of(cameras, items, rules)),
    )


def _timezone(node: Node) -> ZoneInfo:
    name = node.text(_TIMEZONE)
    if name is not None:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, no name, or a folder ("Asia")
            node.wrong(_TIMEZONE, "write Asia/Tokyo, or see the list of IANA zone names")
    return ZoneInfo("UTC")
