"""The one place that picks real parts for a site and joins them.

No part gets the whole settings, only its own record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

import numpy as np

from api.requests import NO_MODEL, RequestError
from api.site import Camera, Site
from custody.ledger import Head
from custody.lookout import Lookout
from custody.raising import Raiser
from models.detector import Backend, Detector, open_detector
from vision.analyzer import Analyzer
from vision.layout import Layout, View
from vision.scene import Scene
from vision.tracking import TrackingSettings
from vision.types import Detections, Frame, Image

PERSON: Final = "person"


@dataclass(frozen=True, slots=True)
class PeopleFinder:
    """A detector that is asked for people only."""

    detector: Detector
    score: float

    def __call__(self, frame: Frame) -> Detections:
        """Return the people in a frame, in px of that frame."""
        found = self.detector.detect([frame], self.score)[0]
        if self.detector.labels == (PERSON,):
            return found
        return found.where(np.asarray(found.label == self.detector.labels.index(PERSON)))


def open_people_finder(model: str, backend: str) -> PeopleFinder | None:
    """Open the detector that was asked for; None where none was (`--model none`).

    Raises ModelError where it cannot be opened, RequestError where it knows no people.
    """
    if model == NO_MODEL:
        return None
    if backend not in get_args(Backend):
        raise RequestError(f"there is no back end {backend!r}; write one of {', '.join(get_args(Backend))}")
    detector = open_detector(model, backend=cast("Backend", backend))
    if PERSON not in detector.labels:
        raise RequestError(f"the model {detector.name} knows no {PERSON!r}, only {', '.join(detector.labels)}")
    return PeopleFinder(detector, TrackingSettings().doubtful)


@dataclass(frozen=True, slots=True)
class SlotLook:
    """The same detector as the second voice on slots: everything but people, in pictures of one place."""

    detector: Detector
    score: float = 0.35

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes."""
        return self.detector.labels

    def __call__(self, image: Image) -> Detections:
        """Return the things in a picture of one place."""
        found = self.detector.detect_images([image], self.score)[0]
        return found.where(np.asarray(found.label != self.detector.labels.index(PERSON)))


def layout_of(site: Site, cameras: Sequence[Camera]) -> Layout:
    """Return what these cameras of a site look at."""
    views = tuple(View(camera.id, camera.zones, camera.slots) for camera in cameras)
    return Layout(site.id, views, site.items)


def make_analyzer(
    site: Site, camera: Camera, finder: PeopleFinder | None, *, skip: bool, after_track: int = 0
) -> Analyzer:
    """Make the analysis of one camera; a detector that knows more than people is the second voice on its slots."""
    view = View(camera.id, camera.zones, camera.slots)
    knows_things = finder is not None and len(finder.detector.labels) > 1
    closer = SlotLook(finder.detector) if finder is not None and knows_things else None
    return Analyzer(view, site.items, finder, closer, skip_unchanged=skip, after_track=after_track)


def make_scene(site: Site, cameras: Sequence[Camera], finder: PeopleFinder | None) -> Scene:
    """Make the judge of what these cameras see together."""
    return Scene(layout_of(site, cameras), site.hours, site.rules.values(), _provenance(site, finder))


def make_lookout(site: Site, cameras: Sequence[Camera], start_ms: int) -> Lookout:
    """Make what remembers what these cameras see, from a moment on, to be held against the ledger."""
    lookout = Lookout(layout_of(site, cameras))
    lookout.forget(start_ms)
    return lookout


def make_raiser(site: Site, finder: PeopleFinder | None, entries: Head) -> Raiser:
    """Make what raises the incidents of the ledger; each names the entries that it rests on by their root."""
    ledger = {"ledger_size": entries.size, "ledger_root": entries.root.hex()}
    return Raiser(site.id, site.hours, {**_provenance(site, finder), **ledger})


def _provenance(site: Site, finder: PeopleFinder | None) -> dict[str, Any]:
    """Return what every verdict names: site file, model and weights."""
    return {"site_digest": site.digest, **model_facts(finder)}


def model_facts(finder: PeopleFinder | None) -> dict[str, Any]:
    """Return what every verdict names of the detector that it rests on."""
    detector = None if finder is None else finder.detector
    return {
        "model": NO_MODEL if detector is None else detector.name,
        "model_digest": None if detector is None else detector.digest,
        "backend": None if detector is None else detector.backend,
    }
