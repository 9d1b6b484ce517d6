"""The clips by name. A clip is a module with `story`, and what its truth and its site file need."""

from __future__ import annotations

from collections.abc import Callable

from sample_footage.render.clips import counter_evening
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.scene import Story

CLIPS: dict[str, Callable[[Wardrobe], Story]] = {"counter-evening": counter_evening.story}
"""Each takes who dresses its people."""
