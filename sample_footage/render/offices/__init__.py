"""Ward offices as data: four by hand, and any number at random for training."""

from __future__ import annotations

from sample_footage.render.offices.at_random import random_office
from sample_footage.render.offices.camera_at_random import random_camera, random_light
from sample_footage.render.offices.layouts import cornered, long_hall, old_wing, straight
from sample_footage.render.offices.office import Area, Office

__all__ = ["OFFICES", "Area", "Office", "random_camera", "random_light", "random_office"]

OFFICES: dict[str, Office] = {office.name: office for office in (straight(), cornered(), long_hall(), old_wing())}
"""The offices that clips play in, by name."""
