"""What every rule has: subjects, the cameras that see each, one question, and an episode a subject.

A rule never logs and never asks for the time. Evidence that several rules point at is made here too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from vision.episode import Episode, Sight, Subject
from vision.incidents import Evidence, Incident
from vision.layout import Layout
from vision.situation import Situation
from vision.types import Observation


class Rule(ABC):
    """One rule under way: `look` answers its question for one subject (a zone, an item or a camera by id)."""

    def __init__(self, subjects: Mapping[str, Subject], cameras: Mapping[str, Iterable[str]]) -> None:
        self._episodes = {name: Episode(subject) for name, subject in subjects.items()}
        self._cameras = {name: frozenset(cameras[name]) for name in subjects}

    @abstractmethod
    def look(self, situation: Situation, subject: str) -> Sight:
        """Say what can be said of a subject now."""

    @abstractmethod
    def limit_s(self, situation: Situation) -> float:
        """Return the seconds that the condition may last now."""

    def update(self, situation: Situation, camera: str) -> list[Incident]:
        """Take the situation after `camera` has reported; return the incidents that were raised or ended."""
        changes = (
            episode.update(
                situation.at_ms,
                self.look(situation, subject),
                self.limit_s(situation),
                after_hours=situation.after_hours,
            )
            for subject, episode in self._episodes.items()
            if camera in self._cameras[subject]
        )
        return [incident for incident in changes if incident is not None]

    def resume(self, incident: Incident) -> bool:
        """Go on with an incident of before a restart; tell whether it is one of this rule's subjects."""
        episode = next((one for one in self._episodes.values() if one.follows(incident)), None)
        if episode is not None:
            episode.resume(incident)
        return episode is not None

    def running(self) -> list[Incident]:
        """Return the incidents that have not ended."""
        return [i for episode in self._episodes.values() if (i := episode.running()) is not None]


def place_evidence(situation: Situation, layout: Layout, camera: str | None, place: str) -> Evidence:
    """Return evidence that points at a zone or slot in a camera's view."""
    box = None if camera is None else layout.outline(camera, place)
    return Evidence(situation.at_ms, camera, box)


def track_evidence(situation: Situation, tracks: tuple[str, ...]) -> Evidence | None:
    """Return evidence that points at the best seen of these tracks (`camera#id`)."""
    found = []
    for key in tracks:
        camera, _, number = key.rpartition("#")
        if camera in situation.observations:
            found += _of_track(situation.observations[camera], int(number))
    return max(found, key=lambda evidence: evidence.score or 0.0, default=None)


def _of_track(seen: Observation, track_id: int) -> list[Evidence]:
    width, height = seen.size
    found = []
    for index in (seen.tracks.ids == track_id).nonzero()[0]:
        left, top, right, bottom = (float(v) for v in seen.tracks.xyxy[index])
        box = (left / width, top / height, right / width, bottom / height)
        score = round(float(seen.tracks.score[index]), 3)
        found.append(Evidence(seen.captured_at_ms, seen.camera, box, score))
    return found
