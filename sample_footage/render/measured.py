"""What only a drawn frame can tell: masks and light. It is kept beside the frame; truth is told from it later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sample_footage.render.sightings import Sighting, as_json, sighting_of


@dataclass(frozen=True)
class Measured:
    """One frame's measurements.

    clear: which share of each watched place can be seen, 0..1, with what belongs there in it. away: what is not in
    its place. hidden: the share of the picture that something over the lens hides. brightest: luma, 0..255, that a
    fiftieth of the picture reaches.
    """

    sightings: Sequence[Sighting] = ()
    clear: Mapping[str, float] = field(default_factory=dict)
    away: frozenset[str] = frozenset()
    hidden: float = 0.0
    brightest: float = 255.0

    def to_json(self) -> str:
        """Return it as one line."""
        told = {
            "objects": [as_json(seen) for seen in self.sightings],
            "clear": {name: round(share, 3) for name, share in self.clear.items()},
            "away": sorted(self.away),
            "hidden": round(self.hidden, 3),
            "brightest": round(self.brightest, 1),
        }
        return json.dumps(told)

    @classmethod
    def from_json(cls, line: str) -> Measured:
        """Read what `to_json` wrote."""
        told = json.loads(line)
        sightings = tuple(sighting_of(entry) for entry in told["objects"])
        return cls(sightings, told["clear"], frozenset(told["away"]), told["hidden"], told["brightest"])
