"""What one frame shows of a door: closed, open, or hidden, told from the part of it that nobody stands before.

A door differs from an item: it cannot be nudged, it does not leave a bare place, and whoever works at it stands in
front of it for as long as it is open.
"""

from __future__ import annotations

from typing import Final

from vision.appearance import Look, Mask, Plane, changed, light_change, share
from vision.place import UNCHANGED, Evidence, Reference, Region, Sign

ENOUGH: Final = 0.3
"""Share of a door that must not be hidden to tell its state. Less than that is a strip at its edge."""

IN_PLACE: Final = 0.75
"""Share of the structure of what is seen of it that a closed door keeps. In the sample clips closed doors kept 0.92
and more, open ones up to 0.69."""


def examine_door(region: Region, reference: Reference, look: Look, scene: Plane, hidden: Mask) -> Evidence:
    """Compare a door with its reference: ITEM is closed, BARE is open, OTHER is neither.

    hidden: (height, width) of the region, where people stand in front. scene: small log luma of the whole view.
    """
    seen = ~hidden
    differs = changed(reference.look, look, light_change(reference.scene, scene), reference.contrast)
    around_changed = share(differs, region.around)
    if share(seen, reference.item) < ENOUGH:
        return Evidence(Sign.OTHER, around_changed=around_changed)
    kept, door_changed = reference.edges.in_place(look, seen), share(differs, reference.item & seen)
    closed = door_changed < UNCHANGED or kept >= IN_PLACE
    return Evidence(
        Sign.ITEM if closed else Sign.BARE, kept, around_changed=around_changed, item_changed=door_changed
    )
