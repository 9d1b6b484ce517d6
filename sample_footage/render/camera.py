"""The camera: where it hangs, what it sees of a point in the room, and the barrel distortion of its lens."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from sample_footage.render.geometry import (
    Floats,
    Image,
    Ints,
    Point,
    SingleFloats,
    about_z,
    as_point,
    rotation,
    unit,
)

NEAR_M, FAR_M = 0.05, 40.0


@dataclass(frozen=True)
class Camera:
    """A fixed camera; `barrel` bends straight lines outward and leaves the picture's corners in place."""

    label: str
    eye: Point
    target: Point
    fov_deg: float
    width: int = 960
    height: int = 540
    barrel: float = 0.16

    def turned(self, pan_deg: float, tilt_deg: float) -> Camera:
        """Return the camera turned about its own place, to the left and upward."""
        way = np.asarray(self.target, float) - np.asarray(self.eye)
        left = unit(np.cross([0, 0, 1], way))
        turn = about_z(np.radians(pan_deg)) @ rotation(left, -np.radians(tilt_deg))
        return replace(self, target=as_point(np.asarray(self.eye) + turn @ way))

    def clip_from_world(self) -> Floats:
        """Return the 4x4 matrix from room coordinates to clip space, before the lens."""
        eye = np.asarray(self.eye, float)
        forward = unit(np.asarray(self.target, float) - eye)
        right = unit(np.cross(forward, [0, 0, 1]))
        view = np.eye(4)
        view[:3, :3] = right, np.cross(right, forward), -forward
        view[:3, 3] = -view[:3, :3] @ eye
        focal = 1 / np.tan(np.radians(self.fov_deg) / 2)
        projection = np.zeros((4, 4))
        projection[0, 0], projection[1, 1] = focal, focal * self.width / self.height
        projection[2, 2] = -(FAR_M + NEAR_M) / (FAR_M - NEAR_M)
        projection[2, 3] = -2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
        projection[3, 2] = -1
        return projection @ view

    def project(self, points: npt.ArrayLike) -> Floats:
        """Where points of the room (n, 3) stand in the picture, (n, 2) pixels, lens included."""
        world = np.asarray(points, float)
        return self.pixels(np.c_[world, np.ones(len(world))] @ self.clip_from_world().T)

    def pixels(self, clip: Floats) -> Floats:
        """Where points (n, 4) of clip space before the camera stand in the picture, (n, 2), lens included."""
        flat = clip[:, :2] / clip[:, 3:4] * [1, -self.height / self.width]
        bent = flat
        for _ in range(20):
            bent = flat * (1 + self.barrel * self._corner) / (1 + self.barrel * (bent**2).sum(1, keepdims=True))
        return np.asarray(bent * self._half_width + self._centre)

    @property
    def _half_width(self) -> float:
        return (self.width - 1) / 2

    @property
    def _centre(self) -> Floats:
        return np.array([(self.width - 1) / 2, (self.height - 1) / 2])

    @property
    def _corner(self) -> float:
        return 1 + (self.height - 1) ** 2 / (self.width - 1) ** 2


class Lens:
    """Bends a straight-lined picture as the lens does; one map for pictures and object numbers."""

    def __init__(self, camera: Camera) -> None:
        rows, columns = np.mgrid[: camera.height, : camera.width].astype(np.float32)
        centre_x, centre_y = (camera.width - 1) / 2, (camera.height - 1) / 2
        radius = ((columns - centre_x) ** 2 + (rows - centre_y) ** 2) / centre_x**2
        corner = 1 + (centre_y / centre_x) ** 2
        scale = (1 + camera.barrel * radius) / (1 + camera.barrel * corner)
        self._x = (centre_x + (columns - centre_x) * scale).astype(np.float32)
        self._y = (centre_y + (rows - centre_y) * scale).astype(np.float32)

    def bend(self, picture: Image) -> Image:
        """Return a picture through the lens."""
        return np.asarray(cv2.remap(picture, self._x, self._y, cv2.INTER_LINEAR), np.uint8)

    def bend_numbers(self, numbers: SingleFloats) -> Ints:
        """Return an image of object numbers through the lens, no two numbers mixed."""
        straight = np.ascontiguousarray(numbers, np.float32)
        bent = cv2.remap(straight, self._x, self._y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        return np.rint(bent).astype(np.int32)
