"""How one camera is analysed by the site file in force; made anew only where a change is about what it looks at."""

from __future__ import annotations

import os
from pathlib import Path

import structlog

from api.settings import SiteFileError, load_site
from api.site import Site
from api.wiring import PeopleFinder, make_analyzer
from streams.records import utc_ms
from vision.analyzer import Analyzer

_log = structlog.get_logger(__name__)


class Looking:
    """The analyzer of one camera, and the site file that it goes by."""

    def __init__(self, camera: str, site: Site, path: Path, finder: PeopleFinder | None) -> None:
        """Begin by a site file that has the camera. path: where the site file lies."""
        self._camera = camera
        self._path = path
        self._finder = finder
        self.site = site
        self.analyzer = self._made(site)

    def go_by(self, content: bytes) -> None:
        """Go by another site file from now on, which the core has checked; one without the camera changes nothing."""
        try:
            site = load_site(self._path, os.environ, content)
        except SiteFileError as error:
            _log.error("camera.site_file_refused", reason=str(error))
            return
        if site.camera(self._camera) is None:
            return
        before, self.site = self.site, site
        if _looked_at(before, self._camera) != _looked_at(site, self._camera):
            self.analyzer = self._made(site)
            _log.info("camera.looks_anew", site_digest=site.digest)

    def _made(self, site: Site) -> Analyzer:
        camera = site.camera(self._camera)
        if camera is None:
            raise ValueError(f"the site file has no camera {self._camera}")
        # An analyzer gives out fewer numbers than it lives seconds, so its successor begins above them.
        return make_analyzer(site, camera, self._finder, skip=True, after_track=utc_ms() // 1_000)


def _looked_at(site: Site, camera_id: str) -> object:
    """Return all that the analysis of a camera depends on."""
    camera = site.camera(camera_id)
    slots = () if camera is None else camera.slots
    zones = () if camera is None else camera.zones
    return zones, slots, [site.items.get(slot.id) for slot in slots]
