"""What people are told, in Japanese and in English: a subject, and a text of plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from api.alerts.alert import Alert
from api.language import Language
from api.site import Site
from api.words import words
from vision.incidents import Incident, Severity

_LOUDNESS: Final = tuple(Severity)


@dataclass(frozen=True, slots=True)
class _Phrases:
    """What is said around the words of `api.words`."""

    subject: str
    again: str
    more: str
    test_subject: str
    test: str
    camera: str
    time: str
    colon: str
    not_acknowledged: str
    picture: str
    no_picture: str


_PHRASES: Final[Mapping[Language, _Phrases]] = MappingProxyType(
    {
        "ja": _Phrases(
            subject="【{severity}】{what}（{site}）",
            again="【{severity}・未確認】{what}（{site}）",
            more="{what} ほか{count}件",
            test_subject="【試験】通知の確認（{site}）",
            test="通知が届くことを確かめるための送信です。何も起きていません。",
            camera="カメラ",
            time="{raised}（{began} から）",
            colon="：",
            not_acknowledged="まだ誰も確認していないため、あらためてお知らせします。",
            picture="カメラ {camera}、{at} の映像",
            no_picture="映像はありません。",
        ),
        "en": _Phrases(
            subject="[{severity}] {what} ({site})",
            again="[{severity}, not acknowledged] {what} ({site})",
            more="{what} and {count} more",
            test_subject="[test] Do messages arrive? ({site})",
            test="This was sent to see whether messages arrive. Nothing has happened.",
            camera="camera",
            time="{raised} (since {began})",
            colon=": ",
            not_acknowledged="You are told again because nobody has acknowledged it yet.",
            picture="Camera {camera}, picture of {at}",
            no_picture="There is no picture.",
        ),
    }
)


def subject(alert: Alert, language: Language) -> str:
    """Return one line that says the most important."""
    phrases, spoken, site = _PHRASES[language], words(language), alert.site.name
    if alert.is_test:
        return phrases.test_subject.format(site=site)
    loudest = max(alert.incidents, key=lambda incident: _LOUDNESS.index(incident.severity))
    what = phrases.colon.join([spoken.rule(loudest.rule), *filter(None, [_thing(loudest, alert.site)])])
    if len(alert.incidents) > 1:
        what = phrases.more.format(what=what, count=len(alert.incidents) - 1)
    form = phrases.again if alert.stage else phrases.subject
    return form.format(severity=spoken.severities[loudest.severity], what=what, site=site)


def text(alert: Alert, language: Language) -> str:
    """Return all that is to be said, in plain lines; a blank one between incidents."""
    phrases = _PHRASES[language]
    if alert.is_test:
        return phrases.test
    told = ["\n".join(_lines(incident, alert.site, language)) for incident in alert.incidents]
    return "\n\n".join([*told, *([phrases.not_acknowledged] if alert.stage else [])])


def caption(camera: str, at_ms: int, site: Site, language: Language) -> str:
    """Return what is said under a picture. at_ms: when it was taken, UTC milliseconds."""
    return _PHRASES[language].picture.format(camera=site.camera_name(camera), at=_local(at_ms, site))


def no_picture(language: Language) -> str:
    """Return what is said where there is no picture."""
    return _PHRASES[language].no_picture


def _lines(incident: Incident, site: Site, language: Language) -> Iterator[str]:
    phrases, spoken = _PHRASES[language], words(language)
    yield phrases.colon.join([spoken.severities[incident.severity], spoken.rule(incident.rule)])
    where = [_thing(incident, site), incident.camera and f"{phrases.camera} {site.camera_name(incident.camera)}"]
    yield phrases.colon.join([spoken.labels["where"], ", ".join(filter(None, where)) or site.name])
    raised, began = _local(incident.raised_at_ms, site), _local(incident.began_at_ms, site)
    time = phrases.time.format(raised=raised, began=began.rpartition(" ")[2])
    after_hours = [spoken.labels["after_hours"]] if incident.after_hours else []
    yield phrases.colon.join([spoken.labels["time"], " ".join([time, *after_hours])])
    yield phrases.colon.join([spoken.labels["number"], incident.id])


def _thing(incident: Incident, site: Site) -> str | None:
    """Return what an incident is about: an item by its name, or a zone."""
    if incident.item is None:
        return incident.zone and site.zone_name(incident.zone)
    known = site.items.get(incident.item)
    return incident.item if known is None or known.name == known.id else f"{known.name} ({known.id})"


def _local(at_ms: int, site: Site) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(site.timezone).strftime("%Y-%m-%d %H:%M:%S")
