"""The clips by the names of their site files. Each is a module with `stories`: one story for each camera in step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sample_footage.render.clips import (
    blind,
    carried_off,
    cleaner,
    evening,
    light,
    night_visit,
    ordinary_hour,
    passer_by,
    vault,
)
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.scene import Story

CLIPS: dict[str, Callable[[Wardrobe], Sequence[Story]]] = {
    "evening": evening.stories,
    "vault": vault.stories,
    "light": light.stories,
    "blind": blind.stories,
    "ordinary-hour": ordinary_hour.stories,
    "night-visit": night_visit.stories,
    "passer-by": passer_by.stories,
    "cleaner": cleaner.stories,
    "carried-off": carried_off.stories,
}
"""Each takes who dresses its people."""
