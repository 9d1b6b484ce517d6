"""report.html: what a run found, for a person to read; one page, nothing fetched, no script.

Reads observations.parquet where it lies beside, writes the page and timeline-CAMERA.svg. The pictures are
`api.timeline_svg`, the words `api.words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from api.outputs import OBSERVATIONS, read_observations, write_text
from api.requests import AnalyzeResult
from api.site import Camera, Site
from api.timeline import CameraTimeline, timelines
from api.timeline_svg import Numbered, sign, timeline_svg
from api.words import Words, words
from custody.raising import RULES as LEDGER_RULES
from custody.telling import told
from vision.incidents import Incident, Severity, as_they_stand

REPORT = "report.html"
CLIP_LEAD_S = 10
"""Seconds that a clip begins before its incident: where its first picture is taken from."""

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#667080;--line:#e1e4e9;--paper:#fff;--link:#0b5cad}
@media (prefers-color-scheme:dark){
:root{--ink:#e8eaee;--soft:#98a1ae;--line:#2d323a;--paper:#16191d;--link:#7db8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.55;font-size:15px;
font-family:system-ui,-apple-system,"Segoe UI","Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif}
main{max-width:1180px;margin:0 auto;padding:40px 28px 64px}
h1{font-size:27px;line-height:1.25;margin:2px 0 20px;font-weight:650;letter-spacing:-.01em}
h2{font-size:17px;margin:44px 0 12px;font-weight:650}
.over{color:var(--soft);font-size:13px;margin:0}
dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:14px 28px;margin:0;
padding:16px 0;border-block:1px solid var(--line)}
dl.facts .wide{grid-column:span 2}
dt{color:var(--soft);font-size:12px}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.sums{display:flex;gap:22px;margin:0 0 14px;padding:0;list-style:none;color:var(--soft)}
.sums b{color:var(--ink);font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th{font-size:12px;font-weight:500;color:var(--soft);text-align:left;padding:6px 14px 6px 0;
border-bottom:1px solid var(--line);white-space:nowrap}
td{padding:14px 14px 14px 0;vertical-align:top;border-bottom:1px solid var(--line)}
td.num{font-variant-numeric:tabular-nums;white-space:nowrap}
td small,.soft{color:var(--soft);font-size:12.5px}td small{display:block}
.sev{white-space:nowrap}.sev svg,.sums svg{width:14px;height:14px;vertical-align:-2px;margin-right:6px}
video{width:224px;max-width:100%;display:block;border-radius:4px;background:#000}
a{color:var(--link)}
details{margin-top:6px}summary{cursor:pointer;color:var(--soft);font-size:12.5px}
details dl{display:grid;grid-template-columns:max-content 1fr;gap:1px 12px;font-size:12.5px;margin:6px 0 0}
figure{margin:0 0 30px}figure svg{display:block;min-width:760px;width:100%;height:auto}
.where{word-break:keep-all}.mark{font-weight:600}.fact{margin:2px 0}
.tag{border:1px solid var(--line);border-radius:3px;padding:1px 6px;margin-right:8px;font-size:12px;color:var(--soft)}
ul.notes{padding-left:20px;margin:0}
@media print{main{max-width:none;padding:0}video,details{display:none}}
"""


@dataclass(frozen=True, slots=True)
class _Page:
    """What every part of the page needs."""

    out: Path
    site: Site
    result: AnalyzeResult
    words: Words

    def label(self, name: str) -> str:
        return escape(self.words.labels[name])

    def clock(self, at_ms: int, form: str) -> str:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self.site.timezone).strftime(form)


def write_report(out: Path, site: Site, result: AnalyzeResult) -> Path:
    """Write report.html and one timeline-CAMERA.svg a camera into `out`; return the page's path.

    Observations are read from `out`/observations.parquet, clips are linked where `out`/clips/ID.mp4 is there.
    Raises OSError where a file cannot be read or written.
    """
    page = _Page(out, site, result, words(site.language))
    observations = out / OBSERVATIONS
    lines = timelines(read_observations(observations)) if observations.exists() else {}
    numbered = [Numbered(place, incident) for place, incident in enumerate(as_they_stand(result.incidents), 1)]
    pictures = _pictures(page, lines, numbered)
    for camera_id, svg in pictures.items():
        write_text(out / f"timeline-{camera_id}.svg", svg)
    path = out / REPORT
    write_text(path, _html(page, lines, numbered, pictures))
    return path


def _pictures(page: _Page, lines: Mapping[str, CameraTimeline], numbered: Sequence[Numbered]) -> dict[str, str]:
    pictures = {}
    for camera in page.site.cameras:
        if camera.id in lines:
            concerned = [n for n in numbered if _concerns(n.incident, camera, lines[camera.id])]
            pictures[camera.id] = timeline_svg(lines[camera.id], camera, page.site, concerned, page.words)
    return pictures


def _concerns(incident: Incident, camera: Camera, line: CameraTimeline) -> bool:
    """Tell whether an incident is about what a camera looks at, and began while it did."""
    places = {part.id for parts in (camera.zones, camera.slots) for part in parts}
    is_here = incident.camera == camera.id or not places.isdisjoint({incident.zone, incident.item})
    return is_here and incident.began_at_ms <= line.end_ms


def _html(
    page: _Page,
    lines: Mapping[str, CameraTimeline],
    numbered: Sequence[Numbered],
    pictures: Mapping[str, str],
) -> str:
    title = escape(f"{page.site.name} · {page.words.title}")
    return (
        f'<!doctype html>\n<html lang="{page.words.lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><main>"
        f'<p class="over">{escape(page.words.title)}</p><h1>{escape(page.site.name)}</h1>'
        f"{_facts(page, lines)}{_incidents(page, numbered)}{_timelines(page, pictures)}{_notes(page)}"
        "</main></body></html>\n"
    )


def _facts(page: _Page, lines: Mapping[str, CameraTimeline]) -> str:
    result = page.result
    facts = [
        ("cameras", ", ".join(lines) or "-"),
        ("model", result.model),
        ("backend", result.backend),
        ("observations", f"{result.observations:,}"),
        ("took", f"{result.seconds:.1f} {page.words.labels['seconds']}"),
    ]
    if lines:
        start = page.clock(min(line.start_ms for line in lines.values()), "%Y-%m-%d %H:%M:%S")
        end = page.clock(max(line.end_ms for line in lines.values()), "%H:%M:%S %Z")
        facts.insert(0, ("interval", f"{start} – {end}"))
    if result.entries is not None:
        facts.append(("entries", f"{result.entries:,}"))
    facts.append(("digest", page.site.digest[:32] + "…"))
    return f'<dl class="facts">{"".join(_fact(page.label(name), text) for name, text in facts)}</dl>'


def _fact(label: str, text: str) -> str:
    wide = ' class="wide"' if len(text) > 30 else ""
    return f"<div{wide}><dt>{label}</dt><dd>{escape(text)}</dd></div>"


def _sign(severity: Severity) -> str:
    return f'<svg viewBox="-12 -12 24 24" aria-hidden="true">{sign(severity, 0, 0)}</svg>'


def _incidents(page: _Page, numbered: Sequence[Numbered]) -> str:
    head = f"<h2>{page.label('incidents')}</h2>"
    if not numbered:
        return f'{head}<p class="soft">{page.label("no_incidents")}</p>'
    columns = ("number", "time", "severity", "what", "where", "duration", "clip")
    titles = "".join(f'<th scope="col">{page.label(column)}</th>' for column in columns)
    rows = "".join(_incident_row(page, n) for n in numbered)
    table = f'<div class="scroll"><table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table></div>'
    return f"{head}{_sums(page, numbered)}{table}"


def _sums(page: _Page, numbered: Sequence[Numbered]) -> str:
    found = [n.incident.severity for n in numbered]
    cells = "".join(
        f"<li>{_sign(severity)}{escape(page.words.severities[severity])} <b>{found.count(severity)}</b></li>"
        for severity in reversed(Severity)
        if severity in found
    )
    return f'<ul class="sums">{cells}</ul>'


def _incident_row(page: _Page, numbered: Numbered) -> str:
    incident = numbered.incident
    severity = f"{_sign(incident.severity)}{escape(page.words.severities[incident.severity])}"
    return (
        f'<tr id="{escape(incident.id)}"><td class="num">{numbered.number}</td>'
        f'<td class="num">{page.clock(incident.raised_at_ms, "%H:%M:%S")}'
        f"<small>{page.clock(incident.raised_at_ms, '%Y-%m-%d')}</small></td>"
        f'<td class="sev">{severity}</td>'
        f"<td>{_what(page, incident)}</td>"
        f'<td class="where">{_where(page, incident)}</td>'
        f'<td class="num">{_duration(page, incident)}</td><td>{_clip(page, incident)}</td></tr>'
    )


def _what(page: _Page, incident: Incident) -> str:
    """Return what happened: who raised it, the rule in words, the fact that nobody has explained, and why."""
    source = page.label("by_ledger" if incident.rule in LEDGER_RULES else "by_cameras")
    fact = told(incident, page.site.language, page.site.timezone)
    sentence = "" if fact is None else f'<p class="fact">{escape(fact)}</p>'
    notes = [escape(incident.rule)]
    if incident.after_hours:
        notes.append(page.label("after_hours"))
    if (seq := incident.why.get("seq")) is not None:
        notes.append(f"{page.label('entry')} {escape(str(seq))}")
    return (
        f'<span class="tag">{source}</span><span class="mark">{escape(page.words.rule(incident.rule))}</span>'
        f"{sentence}<small>{' · '.join(notes)}</small>{_why(page, incident)}"
    )


def _where(page: _Page, incident: Incident) -> str:
    names = [incident.zone, None if incident.item is None else _item_name(page, incident.item)]
    place = " · ".join(escape(name) for name in names if name) or escape(incident.camera or page.site.name)
    camera = f"<small>{page.label('camera')}: {escape(incident.camera)}</small>" if incident.camera else ""
    return place + camera


def _item_name(page: _Page, item_id: str) -> str:
    item = page.site.items.get(item_id)
    if item is None:
        return page.words.things.get(item_id, item_id)
    return item_id if item.name == item_id else f"{item_id} {item.name}"


def _duration(page: _Page, incident: Incident) -> str:
    if incident.ended_at_ms is None:
        return page.label("lasting")
    seconds = (incident.ended_at_ms - incident.began_at_ms) / 1000
    if not seconds:
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} {page.label('seconds')}"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} {page.label('minutes')} {rest} {page.label('seconds')}"
    return f"{minutes // 60} {page.label('hours')} {minutes % 60} {page.label('minutes')}"


def _why(page: _Page, incident: Incident) -> str:
    if not incident.why:
        return ""
    rows = _pairs(incident.why.items())
    return f"<details><summary>{page.label('why')}</summary><dl>{rows}</dl></details>"


def _pairs(pairs: Iterable[tuple[str, object]]) -> str:
    return "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in pairs)


def _clip(page: _Page, incident: Incident) -> str:
    """Return an inline video with its link; the page lies beside the folder `clips`."""
    name = f"clips/{incident.id}.mp4"
    if not (page.out / name).is_file():
        return f'<span class="soft">{page.label("no_clip")}</span>'
    address = escape(name)
    return (
        f'<video controls muted preload="metadata" src="{address}#t={CLIP_LEAD_S}"></video>'
        f'<small><a href="{address}">{page.label("open_clip")}</a></small>'
    )


def _timelines(page: _Page, pictures: Mapping[str, str]) -> str:
    head = f"<h2>{page.label('timelines')}</h2>"
    if not pictures:
        return f'{head}<p class="soft">{page.label("no_timeline")}</p>'
    return head + "".join(f'<figure class="scroll">{svg}</figure>' for svg in pictures.values())


def _notes(page: _Page) -> str:
    partial = [f"{page.words.labels['partial']}: {message}" for message in page.result.partial]
    notes = "".join(f"<li>{escape(note)}</li>" for note in (*partial, *page.result.notes, *page.site.warnings))
    return f'<h2>{page.label("notes")}</h2><ul class="notes">{notes}</ul>' if notes else ""
