"""One camera's timeline as an SVG picture: sight, zones, slots and incidents over one axis of local time.

The picture stands alone (style and hatches inside, no script, nothing fetched) and follows the reader's
light or dark setting. What is in it comes from `api.timeline`; the page around it is `api.report`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from api.palette import SEVERITY_COLOURS, STATE_COLOURS, ZONE_COLOURS
from api.site import Camera, Site
from api.timeline import CameraTimeline, Run, thinned
from api.words import Words
from vision.incidents import Incident, Severity
from vision.types import Health, SlotState
from vision.zones import Zone

WIDTH = 1120
LEFT = 176
RIGHT = 24
ZONE_ROW = 38
STATE_ROW = 30
LANE = 20
AXIS_ROW = 30
MOST_TICKS = 9
LEAST_WIDTH = 0.6

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_GRAVEST_STATE = (SlotState.ABSENT, SlotState.UNKNOWN, SlotState.OCCLUDED, SlotState.PRESENT)
_GRAVEST_HEALTH = (*(health for health in Health if health is not Health.CLEAR), Health.CLEAR)

STYLE = """
.tl{--ink:#1b1f24;--soft:#667080;--line:#d9dde3;--row:#f5f6f8;--paper:#fff;background:var(--paper);
font-family:system-ui,-apple-system,"Segoe UI","Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif}
@media (prefers-color-scheme:dark){
.tl{--ink:#e8eaee;--soft:#98a1ae;--line:#343a43;--row:#1e2228;--paper:#16191d}}
.tl text{fill:var(--ink);font-size:12px;font-variant-numeric:tabular-nums}
.tl .soft{fill:var(--soft);font-size:10.5px}
.tl .row{fill:var(--row)}.tl .grid{stroke:var(--line);stroke-width:1}
.tl .tag{fill:#fff;font-size:9.5px;font-weight:700}
"""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An incident with the number under which the report's table lists it."""

    number: int
    incident: Incident


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps UTC milliseconds to x in the picture, and knows where local time has its ticks."""

    start_ms: int
    end_ms: int
    timezone: ZoneInfo

    def x(self, at_ms: float) -> float:
        """Return the x of a moment, kept within the plot."""
        share = (at_ms - self.start_ms) / max(1, self.end_ms - self.start_ms)
        return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT)

    @property
    def step_s(self) -> int:
        """Seconds between ticks: the finest round step that leaves at most MOST_TICKS."""
        span_s = (self.end_ms - self.start_ms) / 1000
        return next((step for step in _STEPS_S if span_s / step <= MOST_TICKS), _STEPS_S[-1])

    def ticks(self) -> Iterator[tuple[int, str]]:
        """Yield the moments of the ticks with their labels, on round local times."""
        local = datetime.fromtimestamp(self.start_ms / 1000, UTC).astimezone(self.timezone)
        since_midnight = local - local.replace(hour=0, minute=0, second=0, microsecond=0)
        step = timedelta(seconds=self.step_s)
        tick = local - since_midnight % step
        form = "%H:%M:%S" if self.step_s < 60 else "%H:%M" if self.step_s < 86400 else "%m-%d"
        while (at_ms := round(tick.timestamp() * 1000)) <= self.end_ms:
            if at_ms >= self.start_ms:
                yield at_ms, tick.strftime(form)
            tick += step


@dataclass(slots=True)
class _Sheet:
    """The picture while it is drawn: pieces of SVG and how far down it reaches.

    `prefix` keeps the ids of its hatches apart from those of other pictures on one page.
    """

    axis: Axis
    words: Words
    prefix: str
    y: float = 0
    pieces: list[str] = field(default_factory=list)

    def add(self, piece: str) -> None:
        self.pieces.append(piece)

    def head(self, name: str, note: str, height: float) -> None:
        """Draw a row's background, its name and what it is."""
        x, middle, width = LEFT - 12, self.y + height / 2, WIDTH - LEFT - RIGHT
        self.add(f'<rect class="row" x="{LEFT}" y="{self.y + 2}" width="{width}" height="{height - 4}"/>')
        self.add(f'<text x="{x}" y="{middle - 1}" text-anchor="end">{escape(_short(name))}</text>')
        small = escape(_short(note, 26))
        self.add(f'<text class="soft" x="{x}" y="{middle + 11}" text-anchor="end">{small}</text>')

    def fill(self, state: SlotState) -> str:
        """Return what a state is painted with."""
        return STATE_COLOURS[state] if state is SlotState.PRESENT else f"url(#{self.prefix}-{state.value})"


def timeline_svg(
    line: CameraTimeline, camera: Camera, site: Site, incidents: Sequence[Numbered], words: Words
) -> str:
    """Return the picture of one camera; incidents are those that concern it."""
    sheet = _Sheet(Axis(line.start_ms, line.end_ms, site.timezone), words, camera.id)
    _incident_lanes(sheet, incidents)
    _health_row(sheet, line)
    for zone in camera.zones:
        if zone.id in line.zones:
            _zone_row(sheet, zone, line.zones[zone.id].finished(), incidents)
    for slot_id, runs in sorted(line.slots.items()):
        name = site.items[slot_id].name if slot_id in site.items else ""
        _slot_row(sheet, (slot_id, name), runs.finished(), incidents)
    rows_end = sheet.y
    _axis_row(sheet)
    _legend(sheet)
    return _document(sheet, camera.id, rows_end)


def _document(sheet: _Sheet, camera_id: str, rows_end: float) -> str:
    grid = "".join(
        f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{rows_end}"/>'
        for x in (sheet.axis.x(at_ms) for at_ms, _ in sheet.axis.ticks())
    )
    title = escape(f"{sheet.words.labels['timelines']}: {camera_id}")
    return (
        f'<svg class="tl" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {sheet.y:.0f}" role="img" '
        f'lang="{sheet.words.lang}" aria-label="{title}"><title>{title}</title><style>{STYLE}</style>'
        f"{_hatches(sheet.prefix)}{grid}{''.join(sheet.pieces)}</svg>\n"
    )


def _hatches(prefix: str) -> str:
    """Return the patterns of the states that must not be told by colour alone."""
    return (
        f'<defs><pattern id="{prefix}-occluded" width="7" height="7" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)">'
        f'<rect width="7" height="7" fill="{STATE_COLOURS[SlotState.OCCLUDED]}"/>'
        '<rect width="2" height="7" fill="#fff" fill-opacity=".55"/></pattern>'
        f'<pattern id="{prefix}-absent" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="{STATE_COLOURS[SlotState.ABSENT]}"/>'
        '<path d="M0 0L6 6M6 0L0 6" stroke="#fff" stroke-opacity=".45"/></pattern>'
        f'<pattern id="{prefix}-unknown" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="{STATE_COLOURS[SlotState.UNKNOWN]}" fill-opacity=".35"/>'
        f'<circle cx="3" cy="3" r="1.1" fill="{STATE_COLOURS[SlotState.UNKNOWN]}"/></pattern></defs>'
    )


def _least_ms(axis: Axis) -> float:
    return LEAST_WIDTH * (axis.end_ms - axis.start_ms) / (WIDTH - LEFT - RIGHT)


def _bar(sheet: _Sheet, run: Run[SlotState] | Run[Health], fill: str, tip: str, height: float) -> None:
    x = sheet.axis.x(run.start_ms)
    width = max(LEAST_WIDTH, sheet.axis.x(run.end_ms) - x)
    tip = f"<title>{escape(tip)}</title>"
    y = sheet.y + (STATE_ROW - height) / 2
    sheet.add(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{height}" fill="{fill}">{tip}</rect>')


def _health_row(sheet: _Sheet, line: CameraTimeline) -> None:
    sheet.head(line.camera, f"{sheet.words.labels['camera']} · {sheet.words.labels['sight']}", STATE_ROW)
    for run in thinned(line.health.finished(), _least_ms(sheet.axis), _GRAVEST_HEALTH):
        is_clear = run.value is Health.CLEAR
        fill = STATE_COLOURS[SlotState.PRESENT if is_clear else SlotState.UNKNOWN]
        _bar(sheet, run, fill, sheet.words.health[run.value], 4 if is_clear else 16)
        x, room = sheet.axis.x(run.start_ms), sheet.axis.x(run.end_ms) - sheet.axis.x(run.start_ms)
        if not is_clear and room > 6 * _columns(sheet.words.health[run.value]) + 8:
            sheet.add(f'<text class="tag" x="{x + 5:.1f}" y="{sheet.y + 18.5}">')
            sheet.add(f"{escape(sheet.words.health[run.value])}</text>")
    sheet.y += STATE_ROW


def _slot_row(
    sheet: _Sheet, slot: tuple[str, str], runs: Sequence[Run[SlotState]], incidents: Sequence[Numbered]
) -> None:
    slot_id, name = slot
    sheet.head(slot_id, name if name != slot_id else "", STATE_ROW)
    for run in thinned(runs, _least_ms(sheet.axis), _GRAVEST_STATE):
        _bar(sheet, run, sheet.fill(run.value), f"{slot_id}: {sheet.words.states[run.value]}", 14)
    _mark_spans(sheet, [n for n in incidents if n.incident.item == slot_id], STATE_ROW)
    sheet.y += STATE_ROW


def _zone_row(sheet: _Sheet, zone: Zone, runs: Sequence[Run[int]], incidents: Sequence[Numbered]) -> None:
    """Draw the number of people in a zone as a stepped area; the row's height is its largest number."""
    sheet.head(zone.id, sheet.words.zone_kinds[zone.kind], ZONE_ROW)
    most = max((run.value for run in runs), default=0)
    floor, height = sheet.y + ZONE_ROW - 4, ZONE_ROW - 10
    colour = ZONE_COLOURS[zone.kind]
    for run in thinned(runs, _least_ms(sheet.axis), range(most, -1, -1)):
        if run.value:
            x, rise = sheet.axis.x(run.start_ms), height * run.value / most
            width = max(LEAST_WIDTH, sheet.axis.x(run.end_ms) - x)
            tip = f"<title>{escape(zone.id)}: {run.value} {escape(sheet.words.labels['people'])}</title>"
            sheet.add(
                f'<rect x="{x:.1f}" y="{floor - rise:.1f}" width="{width:.1f}" height="{rise:.1f}" '
                f'fill="{colour}" fill-opacity=".75">{tip}</rect>'
            )
    if most:
        sheet.add(f'<text class="soft" x="{WIDTH - RIGHT + 5}" y="{sheet.y + 14}">{most}</text>')
    sheet.add(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{floor}" y2="{floor}"/>')
    _mark_spans(sheet, [n for n in incidents if n.incident.zone == zone.id], ZONE_ROW)
    sheet.y += ZONE_ROW


def _mark_spans(sheet: _Sheet, incidents: Sequence[Numbered], height: float) -> None:
    """Frame the time of each incident in the row that it concerns."""
    for numbered in incidents:
        start, end = _span(sheet.axis, numbered.incident)
        colour = SEVERITY_COLOURS[numbered.incident.severity]
        sheet.add(
            f'<rect x="{start:.1f}" y="{sheet.y + 2}" width="{end - start:.1f}" height="{height - 4}" '
            f'fill="{colour}" fill-opacity=".12" stroke="{colour}" stroke-opacity=".7"/>'
        )


def _span(axis: Axis, incident: Incident) -> tuple[float, float]:
    start = axis.x(incident.began_at_ms)
    end = axis.x(axis.end_ms if incident.ended_at_ms is None else incident.ended_at_ms)
    return start, max(end, start + 3)


def _incident_lanes(sheet: _Sheet, incidents: Sequence[Numbered]) -> None:
    """Draw each incident from its beginning to its end, with its sign where it was raised, in lanes."""
    free_from: list[float] = []
    top = sheet.y + 4
    for numbered in sorted(incidents, key=lambda n: n.incident.began_at_ms):
        start, end = _span(sheet.axis, numbered.incident)
        raised = sheet.axis.x(numbered.incident.raised_at_ms)
        left, right = min(start, raised - 12), max(end, raised + 12)
        lane = next((place for place, free in enumerate(free_from) if free <= left), len(free_from))
        free_from[lane : lane + 1] = [right + 2]
        _incident(sheet, numbered, top + lane * LANE + LANE / 2)
    sheet.y = top + LANE * len(free_from) + (4 if free_from else 0)


def _incident(sheet: _Sheet, numbered: Numbered, y: float) -> None:
    incident = numbered.incident
    start, end = _span(sheet.axis, incident)
    colour = SEVERITY_COLOURS[incident.severity]
    tip = escape(f"{numbered.number}. {sheet.words.rule(incident.rule)}")
    dashes = ' stroke-dasharray="5 3"' if incident.ended_at_ms is None else ""
    sheet.add(
        f'<g><title>{tip}</title><line x1="{start:.1f}" x2="{end:.1f}" y1="{y}" y2="{y}" stroke="{colour}" '
        f'stroke-width="4" stroke-opacity=".55"{dashes}/>'
        f"{sign(incident.severity, sheet.axis.x(incident.raised_at_ms), y)}"
        f'<text class="tag" x="{sheet.axis.x(incident.raised_at_ms):.1f}" y="{y + 3.5}" text-anchor="middle">'
        f"{numbered.number}</text></g>"
    )


def sign(severity: Severity, x: float, y: float) -> str:
    """Return the sign of a severity at a point: a circle, a diamond or a triangle, each in its colour."""
    colour = SEVERITY_COLOURS[severity]
    if severity is Severity.NOTICE:
        return f'<circle cx="{x:.1f}" cy="{y}" r="8" fill="{colour}"/>'
    corners = {
        Severity.WARNING: ((0, -10), (10, 0), (0, 10), (-10, 0)),
        Severity.ALARM: ((0, -11), (11, 8), (-11, 8)),
    }[severity]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'


def _axis_row(sheet: _Sheet) -> None:
    for at_ms, label in sheet.axis.ticks():
        x = sheet.axis.x(at_ms)
        anchor = "start" if x < LEFT + 20 else "end" if x > WIDTH - RIGHT - 20 else "middle"
        sheet.add(f'<text class="soft" x="{x:.1f}" y="{sheet.y + 16}" text-anchor="{anchor}">{label}</text>')
    local = datetime.fromtimestamp(sheet.axis.start_ms / 1000, UTC).astimezone(sheet.axis.timezone)
    sheet.add(f'<text class="soft" x="{LEFT - 12}" y="{sheet.y + 16}" text-anchor="end">{local:%Y-%m-%d}</text>')
    sheet.y += AXIS_ROW


def _legend(sheet: _Sheet) -> None:
    """Draw what the fills and signs mean, in one line."""
    x, y = float(LEFT), sheet.y + 4
    for state in SlotState:
        sheet.add(f'<rect x="{x}" y="{y - 5}" width="18" height="10" fill="{sheet.fill(state)}"/>')
        sheet.add(_text(x + 24, y + 4, sheet.words.states[state]))
        x += 100
    x += 40
    for severity in Severity:
        sheet.add(f'<g transform="translate({x},{y}) scale(.6)">{sign(severity, 0, 0)}</g>')
        sheet.add(_text(x + 12, y + 4, sheet.words.severities[severity]))
        x += 80
    sheet.y = y + 16


def _text(x: float, y: float, text: str) -> str:
    return f'<text class="soft" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _short(text: str, most: int = 22) -> str:
    """Return a name that fits the margin."""
    fitting = text
    while _columns(fitting) > most:
        fitting = fitting[:-1]
    return text if fitting == text else fitting + "…"


def _columns(text: str) -> int:
    """Return how wide a text is in narrow letters; Chinese characters and kana count two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
