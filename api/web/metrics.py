"""What is measured of the service, for Prometheus: asked of the office when somebody asks, and kept nowhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.runtime.office import CameraState, LiveOffice
from custody.records import incidents, outbox, projection
from streams.recording import RecorderState

_CAMERA = ("camera",)


class OfficeCollector(Collector):
    """How cameras, ledger, database and disk of an office fare."""

    def __init__(self, office: LiveOffice) -> None:
        self._office = office

    def collect(self) -> Iterator[Metric]:
        """Measure."""
        yield from self._cameras()
        yield from self._records()
        free_bytes = shutil.disk_usage(self._office.folder).free
        yield GaugeMetricFamily("kuraban_disk_free_bytes", "Room on the disk of the data folder.", value=free_bytes)

    def _cameras(self) -> Iterator[Metric]:
        states, now_ms = self._office.cameras().values(), self._office.now_ms()
        yield _gauge("online", "Whether frames arrive.", {s.id: s.online for s in states})
        yield _gauge("fps", "Frames that arrive in a second.", {s.id: s.fps for s in states})
        yield _gauge("frame_age_seconds", "Since the newest frame was captured.", _ages_s(states, now_ms))
        is_recording = {s.id: s.recorder is RecorderState.RECORDING for s in states}
        yield _gauge("recording", "Whether its footage goes to the disk.", is_recording)
        offsets_s = {s.id: s.clock_offset_ms / 1000 for s in states if s.clock_offset_ms is not None}
        yield _gauge("clock_offset_seconds", "The camera's clock minus the service's.", offsets_s)
        yield _counter(
            "dropped_packets", "Thrown away because something was too slow.", {s.id: s.dropped for s in states}
        )
        yield _counter("late_frames", "Judged later than they should have been.", {s.id: s.late for s in states})
        yield _counter("restarts", "How often its process was started anew.", {s.id: s.restarts for s in states})

    def _records(self) -> Iterator[Metric]:
        entries = len(self._office.ledger)
        with self._office.records.read() as connection:
            behind = entries - projection.taken(connection)
            lasting = len(incidents.lasting(connection))
            messages = outbox.tally(connection)
        yield GaugeMetricFamily("kuraban_ledger_entries", "Entries of the ledger.", value=entries)
        behind_says = "Entries of the ledger that the database does not know yet."
        yield GaugeMetricFamily("kuraban_records_behind_entries", behind_says, value=behind)
        yield GaugeMetricFamily("kuraban_incidents_lasting", "Incidents that have not ended.", value=lasting)
        alerts = GaugeMetricFamily(
            "kuraban_alerts", "Messages of the last 30 days and what waits.", labels=("state",)
        )
        for state, number in messages.items():
            alerts.add_metric((state.value,), number)
        yield alerts


def metrics_of(office: LiveOffice) -> CollectorRegistry:
    """Return what is measured of an office and of this process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(OfficeCollector(office))
    ProcessCollector(registry=registry)
    return registry


def _ages_s(states: Iterable[CameraState], now_ms: int) -> dict[str, float]:
    return {s.id: (now_ms - s.last_frame_at_ms) / 1000 for s in states if s.last_frame_at_ms is not None}


def _gauge(name: str, says: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"kuraban_camera_{name}", says, labels=_CAMERA)
    for camera, value in values.items():
        family.add_metric((camera,), float(value))
    return family


def _counter(name: str, says: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(f"kuraban_camera_{name}", says, labels=_CAMERA)
    for camera, value in values.items():
        family.add_metric((camera,), float(value))
    return family
