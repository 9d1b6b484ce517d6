"""What surfaces are made of. Colours are linear, 0..1."""

from __future__ import annotations

from dataclasses import dataclass

from sample_footage.render.patterns import Pattern

LinearColour = tuple[float, float, float]


@dataclass(frozen=True)
class Material:
    """Colour or texture (a picture's name, or a pattern) of a surface, how rough and metallic it is, and its light.

    `group` is the lamp group that the light it gives off belongs to.
    """

    colour: LinearColour = (0.8, 0.8, 0.8)
    roughness: float = 0.6
    emission: float = 0.0
    texture: str | Pattern | None = None
    metallic: float = 0.0
    group: str = ""

    @property
    def reflectance(self) -> float:
        """Return about what share of the light it gives back."""
        if isinstance(self.texture, Pattern):
            return self.texture.reflectance
        return sum(self.colour) / 3


MATERIALS = {
    "floor": Material(texture=Pattern("tiles", (150, 146, 138), seed=1), roughness=0.35),
    "wall": Material((0.62, 0.61, 0.57), 0.9),
    "ceiling": Material((0.72, 0.72, 0.70), 0.95),
    "skirting": Material((0.25, 0.26, 0.27), 0.5),
    "frame": Material((0.30, 0.30, 0.31), 0.5, metallic=0.3),
    "outside": Material(texture="outside", emission=1.6, group="window"),
    "blinds": Material((0.60, 0.60, 0.57), 0.7),
    "counter": Material((0.42, 0.28, 0.15), 0.5),
    "counter edge": Material((0.42, 0.28, 0.15), 0.5),
    "counter top": Material(texture=Pattern("concrete", (222, 221, 216), seed=2), roughness=0.45),
    "partition": Material((0.68, 0.68, 0.66), 0.5),
    "desk": Material((0.58, 0.56, 0.52), 0.5),
    "cabinet": Material((0.46, 0.47, 0.47), 0.5),
    "cabinet front": Material((0.50, 0.51, 0.51), 0.5),
    "vault": Material((0.22, 0.24, 0.25), 0.45),
    "vault door": Material((0.26, 0.28, 0.29), 0.4),
    "vault shelf": Material((0.34, 0.35, 0.35), 0.5),
    "chair": Material((0.05, 0.05, 0.06), 0.9),
    "pot": Material((0.35, 0.16, 0.10), 0.7),
    "leaf": Material((0.05, 0.16, 0.04), 0.5),
    "white": Material((0.68, 0.68, 0.66), 0.5),
    "dark": Material((0.03, 0.03, 0.033), 0.5),
    "grey": Material((0.25, 0.26, 0.27), 0.5),
    "steel": Material((0.42, 0.44, 0.46), 0.35, metallic=0.6),
    "glass": Material((0.45, 0.55, 0.60), 0.15),
    "upholstery": Material((0.045, 0.075, 0.16), 0.8),
    "casing": Material((0.17, 0.175, 0.185), 0.35, metallic=0.3),
    "box": Material((0.06, 0.20, 0.46), 0.5),
    "screen": Material(texture="screen", emission=1.1, group="screens"),
    "keys": Material(texture="keys", roughness=0.5),
    "paper-0": Material(texture="paper-0", roughness=0.9),
    "paper-1": Material(texture="paper-1", roughness=0.9),
    "window-1": Material(texture="window-1"),
    "window-2": Material(texture="window-2"),
    "window-3": Material(texture="window-3"),
    "window-4": Material(texture="window-4"),
    "closed": Material(texture="closed"),
    "poster-0": Material(texture="poster-0"),
    "poster-1": Material(texture="poster-1"),
    "binders": Material(texture="binders"),
    "card": Material(texture="card", roughness=0.3),
    "card-edges": Material(texture="card-edges", roughness=0.6),
    "screen-1": Material(texture="screen-1", emission=1.1, group="screens"),
    "screen-2": Material(texture="screen-2", emission=1.1, group="screens"),
    "screen-3": Material(texture="screen-3", emission=1.1, group="screens"),
    "screen-off": Material(texture="screen-off", roughness=0.2),
    "wood": Material((0.42, 0.28, 0.15), 0.5),
    "plastic": Material((0.4, 0.4, 0.4), 0.4),
    "ceramic": Material((0.7, 0.7, 0.68), 0.2),
    "fabric": Material((0.1, 0.1, 0.12), 0.9),
    "leather": Material((0.06, 0.035, 0.02), 0.4),
    "paper bag": Material((0.6, 0.5, 0.36), 0.8),
    "cardboard": Material((0.40, 0.27, 0.15), 0.8),
    "tape": Material((0.5, 0.42, 0.28), 0.3),
}

SCREENS = ("screen", "screen-1", "screen-2", "screen-3", "screen-off")
"""What screens show, the last one nothing."""
