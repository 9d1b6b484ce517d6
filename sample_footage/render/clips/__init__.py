"""The clips by the names of their site files. Each is a module with `stories`: one story for each camera in step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sample_footage.render.clips import counter_evening, evening
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.scene import Story

CLIPS: dict[str, Callable[[Wardrobe], Sequence[Story]]] = {
    "counter-evening": counter_evening.stories,
    "evening": evening.stories,
}
"""Each takes who dresses its people."""
