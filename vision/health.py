"""Whether a camera can see: covered, dark, frozen, blurred, moved.

Silent is the scene's to say, for then no frame comes that could be looked at.

A HealthWatcher compares the structure of the whole view, cell by cell, with what it was while all was well. Cells
with people in them do not count, so that a full lobby is not a covered lens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.appearance import DARK_OFFSET, FAINT_EDGE, Look, Plane, log_luma, quantile
from vision.boxes import overlaps
from vision.types import Boxes, Frame, Health, Image

VIEW: Final = (320, 180)
"""Width and height in px at which a whole view is examined."""
CELL: Final = 20
"""Side in px of a cell of that view: 16 x 9 cells."""
SETTLING_MS: Final = 3_000
"""How long a view is learnt anew at every look, after the first frame."""


@dataclass(frozen=True, slots=True)
class HealthSettings:
    """every_ms: how often to look. confirm_ms: a verdict must last that long before it counts, either way.

    lost: share of the structured cells that must have lost their structure. dark_below: luma, 0..255, that the
    brightest fiftieth of a view must reach for anything to be made out. frozen_after_ms: time without one changed
    pixel.
    """

    every_ms: int = 400
    confirm_ms: int = 800
    lost: float = 0.75
    dark_below: float = 24.0
    frozen_after_ms: int = 60_000
    refresh_ms: int = 30_000


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """How the view looks while all is well, and what every comparison with it needs.

    edges, norms: (180, 320) strength and squared gradient of its edges. cells: (9, 16) mean strength of each cell;
    structured: those that have enough of it to lose.
    """

    look: Look
    edges: Plane
    norms: Plane
    cells: NDArray[np.float32]
    structured: NDArray[np.bool_]
    bright: bool

    @classmethod
    def of(cls, look: Look, bright_from: float) -> _Known:
        edges = look.edges
        cells = _per_cell(edges)
        norms = look.gradient_x * look.gradient_x + look.gradient_y * look.gradient_y + np.float32(FAINT_EDGE**2 / 4)
        bright = float(np.exp(look.log_luma[::4, ::4]).mean()) > bright_from
        return cls(look, edges, norms, cells, cells > np.percentile(cells, 40), bright)


class HealthWatcher:
    """Follows the health of one camera."""

    def __init__(self, settings: HealthSettings | None = None) -> None:
        self._settings = settings or HealthSettings()
        self._known: _Known | None = None
        self._verdict = Health.CLEAR
        self._suspected = Health.CLEAR
        self._suspected_at_ms = 0
        self._looked_at_ms: int | None = None
        self._refreshed_at_ms = 0
        self._started_at_ms = 0
        self._last_luma: Image | None = None
        self._changed_at_ms = 0

    def update(self, frame: Frame, people: Boxes, *, at_once: bool = False) -> Health:
        """Look at a frame, at once or when its turn comes; `people`: (n, 4) px boxes of those lately seen in it."""
        at_ms, settings = frame.captured_at_ms, self._settings
        if not at_once and self._looked_at_ms is not None and at_ms - self._looked_at_ms < settings.every_ms:
            return self._verdict
        self._looked_at_ms = at_ms
        look = Look.of(log_luma(frame.reduced_luma(*VIEW)))
        verdict = self._judge(look, frame, people)
        if verdict is not self._suspected:
            self._suspected, self._suspected_at_ms = verdict, at_ms
        if at_ms - self._suspected_at_ms >= settings.confirm_ms:
            self._verdict = verdict
        if verdict is Health.CLEAR and self._verdict is Health.CLEAR:
            self._refresh(look, frame, people)
        return self._verdict

    @property
    def suspicious(self) -> bool:
        """Whether the view is or may be impaired, so that nothing should be learnt or decided from it."""
        return self._verdict is not Health.CLEAR or self._suspected is not Health.CLEAR

    def _judge(self, look: Look, frame: Frame, people: Boxes) -> Health:
        if self._frozen(frame):
            return Health.FROZEN
        if quantile(look.log_luma[::4, ::4], 0.98) < self._dark:
            return Health.COVERED if self._known is not None and self._known.bright else Health.DARK
        if self._known is None:
            return Health.CLEAR
        return _compare(self._known, look, people, frame, self._settings.lost)

    @property
    def _dark(self) -> float:
        return math.log(self._settings.dark_below + DARK_OFFSET)

    def _frozen(self, frame: Frame) -> bool:
        """Tell whether not one pixel has changed for so long that no live sensor can be behind it."""
        if self._last_luma is None or not np.array_equal(self._last_luma, frame.luma):
            self._last_luma = frame.luma
            self._changed_at_ms = frame.captured_at_ms
        return frame.captured_at_ms - self._changed_at_ms >= self._settings.frozen_after_ms

    def _refresh(self, look: Look, frame: Frame, people: Boxes) -> None:
        """Follow daylight: replace what is known now and then, while all is well, but where people stand.

        In the first seconds it is replaced at every look, for nobody has been found yet when the first frame comes.
        """
        at_ms, known = frame.captured_at_ms, self._known
        if known is None:
            self._started_at_ms = at_ms
        elif at_ms - self._refreshed_at_ms < self._settings.refresh_ms and at_ms - self._started_at_ms > SETTLING_MS:
            return
        self._refreshed_at_ms = at_ms
        if known is not None:
            hidden = np.kron(_peopled(people, frame), np.ones((CELL, CELL), np.bool_))
            look = look.with_part_of(known.look, hidden)
        self._known = _Known.of(look, 4 * self._settings.dark_below)


def _compare(known: _Known, look: Look, people: Boxes, frame: Frame, lost: float) -> Health:
    """Compare a view with what is known of it."""
    counted = known.structured & ~_peopled(people, frame)
    if counted.sum() < 8:
        return Health.CLEAR
    kept = _per_cell(_agreement(known, look)) / np.maximum(known.cells, 1e-6)
    if float((kept[counted] < 0.35).mean()) < lost:
        return Health.CLEAR
    after = _per_cell(look.edges)
    if float(after[counted].sum() / known.cells[counted].sum()) > 0.5:
        return Health.MOVED
    return Health.COVERED if _bland(look.log_luma) else Health.BLURRED


def _agreement(known: _Known, look: Look) -> Plane:
    """Return how much of the known edge strength, per pixel, is still there in the same direction."""
    agreement = known.look.gradient_x * look.gradient_x
    agreement += known.look.gradient_y * look.gradient_y
    np.maximum(agreement, 0, out=agreement)
    norms = look.gradient_x * look.gradient_x
    norms += look.gradient_y * look.gradient_y
    norms += known.norms
    agreement /= norms
    agreement *= known.edges
    return 2 * agreement


def _bland(logs: Plane) -> bool:
    """Tell whether a view has hardly any brightness differences left: something lies on the lens."""
    some = logs[::4, ::4]
    return quantile(some, 0.9) - quantile(some, 0.1) < 0.35


def _per_cell(plane: Plane) -> NDArray[np.float32]:
    """Return the mean of a view's plane in each cell, (9, 16) float32."""
    width, height = VIEW
    cells = cv2.resize(plane, (width // CELL, height // CELL), interpolation=cv2.INTER_AREA)
    return np.asarray(cells, np.float32)


def _peopled(people: Boxes, frame: Frame) -> NDArray[np.bool_]:
    """Return which cells have a person in them, (9, 16) bool."""
    peopled = overlaps(_cells(frame.width, frame.height), people).any(axis=1)
    return np.asarray(peopled.reshape(VIEW[1] // CELL, VIEW[0] // CELL), np.bool_)


@lru_cache(maxsize=32)
def _cells(width: int, height: int) -> Boxes:
    """Return the cells of a view in a frame of width x height px, row by row, (144, 4) px of it."""
    columns, rows = VIEW[0] // CELL, VIEW[1] // CELL
    y, x = np.mgrid[:rows, :columns]
    corners = np.stack([x, y, x + 1, y + 1], axis=-1).reshape(-1, 4)
    return np.asarray(corners * np.tile([width / columns, height / rows], 2), np.float32)
