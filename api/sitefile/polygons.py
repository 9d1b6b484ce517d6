"""Polygons as the site file draws them: corners as fractions, at least three, no bow-tie, some area."""

from __future__ import annotations

import re

from shapely import MultiPoint, Polygon
from shapely.validation import explain_validity

from api.sitefile.node import Node
from vision.zones import Point
from vision.zones import Polygon as Corners

LEAST_AREA = 1e-6  # of the whole view: less than one pixel of a 1280x720 picture

_POLYGON = "at least three corners [[x, y], [x, y], [x, y]], each a fraction 0..1 of width and height"
_CROSSING = re.compile(r"\[(\S+) (\S+)\]")


def read_polygon(node: Node) -> Corners:
    """Read one polygon; note what is wrong with it and return no corners."""
    members = node.items(_POLYGON)
    if members is None:
        return ()
    if len(members) < 3:
        remedy = "add corners; kuraban zones CLIP draws a grid to read them from"
        node.wrong(_POLYGON, remedy, f"{len(members)} corners")
        return ()
    corners = [_corner(member) for member in members]
    polygon = tuple(corner for corner in corners if corner is not None)
    return polygon if len(polygon) == len(corners) and _is_simple(node, polygon) else ()


def _corner(node: Node) -> Point | None:
    pair = node.items("a corner [x, y]")
    if pair is None:
        return None
    if len(pair) != 2:
        node.wrong("a corner [x, y]", "write two numbers", f"{len(pair)} numbers")
        return None
    x, y = (_fraction(axis, name) for axis, name in zip(pair, ("width", "height"), strict=True))
    return None if x is None or y is None else (x, y)


def _fraction(node: Node, side: str) -> float | None:
    return node.number(0, 1, f"a fraction 0..1 of the {side}: pixels divided by the {side} of the picture")


def _is_simple(node: Node, corners: Corners) -> bool:
    if MultiPoint(corners).convex_hull.area < LEAST_AREA:
        node.wrong("an area", "move the corners apart", "corners that lie on one line")
        return False
    shape = Polygon(corners)
    if not shape.is_valid:
        place = _CROSSING.search(explain_validity(shape))
        where = f" at [{float(place[1]):.3g}, {float(place[2]):.3g}]" if place else ""
        node.wrong("corners in their order around the edge", "change their order", f"edges that cross{where}")
        return False
    if shape.area < LEAST_AREA:
        node.wrong("an area", "move the corners apart", "almost no area")
        return False
    return True
