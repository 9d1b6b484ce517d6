"""All that is looked at, in the order in which one thing rests on another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from api.doctor.alerts import examine_alerts
from api.doctor.cameras import Look, examine_cameras
from api.doctor.clock import examine_clock
from api.doctor.disk import examine_disk
from api.doctor.findings import Finding, Verdict, bad, good, skipped, warning, worst
from api.doctor.footage import examine_footage
from api.doctor.media import examine_media
from api.doctor.model import examine_model
from api.doctor.place import examine_folder, examine_port
from api.doctor.record import examine_databases, examine_ledger, newest_entry_ms
from api.runtime.whereabouts import is_served
from api.settings import Site, SiteFileError, load_site
from streams.records import SourceOptions
from streams.survey import Survey, survey


@dataclass(frozen=True, slots=True)
class Subject:
    """What to examine: as `kuraban serve` is given it. site: None leaves cameras and their load out.

    environ: where the passwords of cameras are. with_cameras: whether cameras are connected to.
    """

    data: Path
    site: Path | None
    host: str
    port: int
    model: str
    backend: str
    environ: Mapping[str, str]
    with_cameras: bool


def listen(address: str) -> Survey:
    """Look at a camera for some seconds. Raises StreamError."""
    return survey(address, SourceOptions())


def examine(subject: Subject, now_ms: int, look: Look = listen) -> Iterator[Finding]:
    """Look at everything and give what is found as it is found; nothing is changed. now_ms: UTC milliseconds."""
    site, findings = _examine_site(subject)
    yield from findings
    cameras = () if site is None else site.cameras
    yield from examine_media()
    yield from examine_model(subject.model, subject.backend, sum(camera.detect_fps for camera in cameras))
    yield from examine_clock(now_ms, newest_entry_ms(subject.data))
    served = is_served(subject.data)
    yield from _examine_data(subject.data, len(cameras), is_served=served)
    yield from examine_alerts(subject.data, None if site is None else site.alerts)
    yield examine_port(subject.host, subject.port, is_served=served)
    if subject.with_cameras:
        yield from examine_cameras(cameras, look)
    elif cameras:
        yield skipped("cameras", f"{len(cameras)} cameras were not connected to, as was asked for")


def _examine_site(subject: Subject) -> tuple[Site | None, list[Finding]]:
    if subject.site is None:
        return None, [skipped("site", "no site file is named, so no camera is looked at; name one by --site")]
    try:
        site = load_site(subject.site, subject.environ)
    except SiteFileError as error:
        says = f"{subject.site} cannot be used: {len(error.problems)} problems"
        return None, [bad("site", says, str(error), problems=len(error.problems))]
    found = [
        warning("site.warning", says, "mend the site file, or leave it where it is meant") for says in site.warnings
    ]
    says = f"{subject.site} can be used: {len(site.cameras)} cameras, {len(site.rules)} rules"
    return site, [good("site", says, cameras=len(site.cameras)), *found]


def _examine_data(data: Path, cameras: int, *, is_served: bool) -> Iterator[Finding]:
    if not data.is_dir():
        yield skipped("folder", f"{data} does not exist; `kuraban serve` makes it")
        return
    about_folder = tuple(examine_folder(data))
    yield from about_folder
    if worst(about_folder) is not Verdict.BAD:  # else nothing can be written to measure by
        yield from examine_disk(data, cameras)
    yield from examine_ledger(data)
    yield from examine_databases(data)
    yield from examine_footage(data, is_served=is_served)
