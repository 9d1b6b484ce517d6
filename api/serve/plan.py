"""What is to run: the site file in force and how each process of it is started. Nothing is started here."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.serve.pulse import Wanted
from api.site import Camera, Site
from api.web.serving import Serving


@dataclass(frozen=True, slots=True)
class Plan:
    """What `kuraban serve` was given. site: where the site file lies; data: the data folder."""

    site: Path
    data: Path
    model: str
    backend: str
    serving: Serving

    def core(self, pulse: int) -> list[str]:
        """Return the command of the core. pulse: the descriptor on which it tells the supervisor things."""
        where = self.serving
        options = ["--host", where.host, "--port", str(where.port)]
        for name, file in (("--certificate", where.certificate), ("--key", where.key)):
            options += [] if file is None else [name, str(file)]
        for proxy in where.proxies:
            options += ["--proxy", proxy]
        return [sys.executable, "-m", "api.serve.core", *self._common(pulse), *options]

    def camera(self, camera: str, pulse: int) -> list[str]:
        """Return the command of one camera."""
        what = [camera, "--model", self.model, "--backend", self.backend]
        return [sys.executable, "-m", "api.serve.camera", *what, *self._common(pulse)]

    def _common(self, pulse: int) -> list[str]:
        return ["--site", str(self.site), "--data", str(self.data), "--pulse", str(pulse)]


def wanted(site: Site, content: bytes) -> Wanted:
    """Return what is to run by a site file. content: its bytes, with whatever passwords stand in them."""
    return Wanted(content.decode(), {camera.id: _digest(site, camera) for camera in site.cameras})


def _digest(site: Site, camera: Camera) -> str:
    """Return a digest of what a camera's process cannot change while it runs: its streams, and how it records."""
    detect = "" if camera.detect is None else camera.detect.reveal()
    footage = (site.footage.encrypt, site.footage.key_file)
    parts = (camera.source.reveal(), detect, repr(camera.detect_fps), repr(footage))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def surroundings() -> Mapping[str, str]:
    """Return the environment of a child: ours, with one thread for the libraries that would take every core."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
