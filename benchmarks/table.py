"""The benchmark's figures as tables for a person. Nothing is measured or computed here that is not shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from rich.table import Table

from benchmarks.results import AIM, RATIO_AIM, SKETCHES, Comparison, Mark, Results, StreamResult, inferences
from benchmarks.stopwatch import INFERENCE, OPENING, SECOND_VOICE

Cell = Callable[[StreamResult], str]


def results_table(results: Results) -> Table:
    """Return everything but the incidents, one column a stream."""
    title = f"CPU-seconds per camera-second, {results.model}, 5 fps, {results.seconds:g} s, median of rounds"
    table = Table(title=title, title_justify="left")
    table.add_column()
    for stream in results.streams:
        table.add_column(stream.name, justify="right")
    for section in (_limits(), _analysis(), _marks(), _counts()):
        for label, cell in section:
            table.add_row(label, *map(cell, results.streams))
        table.add_section()
    for part in _parts(results):
        table.add_row(f"  {part}", *(_part(stream, part) for stream in results.streams))
    return table


def comparison_table(comparisons: Sequence[Comparison]) -> Table:
    """Return whether skipping changed any incident, clip by clip, with the moments where it did."""
    table = Table(title="incidents with unchanged frames skipped, and without", title_justify="left")
    for column in ("clip", "incidents", "same", "only without skipping", "only with it"):
        table.add_column(column)
    for one in comparisons:
        missing, extra = ("\n".join(map(str, some)) for some in (one.missing, one.extra))
        table.add_row(one.name, str(len(one.without)), "yes" if one.same else "NO", missing, extra)
    return table


def _limits() -> list[tuple[str, Cell]]:
    return [
        ("ffmpeg decodes 640x360", _cost("decode_sub")),
        ("ffmpeg decodes 1280x720", _cost("decode_main")),
        ("bare inference, all frames", _cost("inference_always")),
        ("  one inference, ms", lambda stream: f"{stream.cost('inference_s') * 1000:.1f}"),
    ]


def _analysis() -> list[tuple[str, Cell]]:
    return [
        ("kuraban analyze", _cost("skipping")),
        (
            "  decode + inference where it ran",
            lambda stream: f"{median(stream.floor(one, skip=True) for one in stream.rounds):.4f}",
        ),
        (
            f"  analysis over that (aim {RATIO_AIM})",
            lambda stream: f"{stream.ratio(skip=True):.2f}",
        ),
        ("  cameras per core", lambda stream: f"{1 / stream.cost('skipping'):.0f}"),
        ("kuraban analyze --no-skip", _cost("every_frame")),
        (
            f"  over decode + inference (aim {RATIO_AIM})",
            lambda stream: f"{stream.ratio(skip=False):.2f}",
        ),
        ("  once per process: opening the model, CPU-s", _cost("opening_s", 2)),
    ]


def _marks() -> list[tuple[str, Cell]]:
    rows: list[tuple[str, Cell]] = []
    for mark in (AIM, *SKETCHES):
        rows += [
            (mark.name, _mark(mark, scaled=False)),
            ("  scaled by inference here / 7 ms", _mark(mark, scaled=True)),
        ]
    return rows


def _counts() -> list[tuple[str, Cell]]:
    return [
        ("frames looked at / told quiet", _sights),
        ("pictures decoded", lambda stream: str(stream.split.decoded)),
        ("inferences / without skipping", lambda s: f"{inferences(s.split)} / {inferences(s.split_every)}"),
        ("  of them on places of items", lambda s: str(s.split.calls.get(f"{INFERENCE} in {SECOND_VOICE}", 0))),
        ("split, ms per camera-second, instrumented / --no-skip", lambda _: ""),
    ]


def _mark(mark: Mark, *, scaled: bool) -> Cell:
    return lambda stream: f"{mark.of(stream.name) * (stream.slowdown if scaled else 1):.3f}"


def _cost(name: str, digits: int = 4) -> Cell:
    return lambda stream: f"{stream.cost(name):.{digits}f}"


def _sights(stream: StreamResult) -> str:
    return f"{stream.split.sights.get('Frame', 0)} / {stream.split.sights.get('Quiet', 0)}"


def _parts(results: Results) -> list[str]:
    """Return the parts, the dearest first."""
    total: dict[str, float] = {}
    for stream in results.streams:
        for part, seconds in stream.split_every.seconds.items():
            total[part] = total.get(part, 0.0) + seconds
        for part in stream.split.seconds:
            total.setdefault(part, 0.0)
    total.pop(OPENING, None)
    return sorted(total, key=lambda part: -total[part])


def _part(stream: StreamResult, part: str) -> str:
    skip, every = (
        1000 * split.seconds.get(part, 0.0) / stream.seconds for split in (stream.split, stream.split_every)
    )
    return f"{skip:.1f} / {every:.1f}"
