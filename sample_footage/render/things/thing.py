"""What a thing is: a kind, as truth tells it, and a shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_footage.render.geometry import TriangleMesh


@dataclass(frozen=True)
class Thing:
    """A thing at rest in its own axes, its underside on z = 0."""

    kind: str
    mesh: TriangleMesh

    @property
    def radius_m(self) -> float:
        """Return how much room it takes up around its origin."""
        return float(np.linalg.norm(self.mesh.vertices[:, :2], axis=1).max())

    @property
    def height_m(self) -> float:
        """Return how high it is."""
        return float(self.mesh.vertices[:, 2].max())
