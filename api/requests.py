"""What an analysis is asked to do, what it answers, and how it tells how far it is.

The contract between the command line and `api.analyze`; both sides import it, it imports neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from api.site import Site
from models.detector import DEFAULT_MODEL as MODEL
from vision.incidents import Incident

DEFAULT_MODEL = MODEL
NO_MODEL = "none"
"""Asked for in so many words: nobody is looked for, and whatever needs people is unseen."""
DEFAULT_BACKEND = "onnxruntime"
BACKENDS = ("onnxruntime", "openvino")


class RequestError(Exception):
    """What was asked for cannot be done: an unknown model, a missing back end, an unusable ledger.

    The message says what to write instead. The command line ends with status 2.
    """


@dataclass(frozen=True, slots=True)
class AnalyzeRequest:
    """One run. `clips` maps camera ids to files; only these cameras are analysed.

    start_ms: UTC milliseconds, the capture time of each clip's first frame. detect_fps: frames a second for
    all cameras, or None for each camera's own. skip: inference may be left out where nothing changed. ledger: a file
    of ledger entries that what is seen is held against.
    """

    site: Site
    clips: Mapping[str, str]
    start_ms: int
    model: str
    backend: str
    detect_fps: float | None
    skip: bool
    out: Path
    ledger: Path | None = None


@dataclass(frozen=True, slots=True)
class AnalyzeResult:
    """What a run found. `partial` has a message for each clip that broke off before its end.

    seconds: of wall clock. backend and model: those that really ran. entries: how many entries of a ledger were held
    against what was seen; None where there was no ledger. notes: what else is to be known of it, a sentence each.
    """

    incidents: tuple[Incident, ...]
    partial: tuple[str, ...]
    observations: int
    seconds: float
    backend: str
    model: str
    entries: int | None = None
    notes: tuple[str, ...] = ()


class Progress(Protocol):
    """Told how far each camera is."""

    def advance(self, camera: str, captured_at_ms: int, of_ms: int | None) -> None:
        """Say that a camera has reached a capture time; of_ms is where its clip ends, if that is known."""
