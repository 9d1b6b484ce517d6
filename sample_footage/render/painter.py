"""Draws a frame: the plate of the empty room, dimmed where people stand, and people and items over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import cv2
import moderngl
import numpy as np

from sample_footage.render.camera import Camera
from sample_footage.render.clothing import CLOTH_ROUGHNESS, ROUGHNESS, DressedBody
from sample_footage.render.geometry import Floats, Image, TriangleMesh
from sample_footage.render.graphics import Triangles, corners, make_program, set_values, set_whole
from sample_footage.render.lamps import Lamp, Light, ambient, infrared_lamp
from sample_footage.render.lighting import is_infrared
from sample_footage.render.looks import STUFFS, Weave
from sample_footage.render.materials import SCREENS, Material
from sample_footage.render.offices import Office
from sample_footage.render.plate import Plate
from sample_footage.render.scene import SHADOW_SPHERES, VisibleThing
from sample_footage.render.textures import textures

MAX_THINGS, MAX_LAMPS, MAX_PLATES = 24, 16, 4
SHADOW_REACH_M, EVERYWHERE_M = 2.4, 100.0
NO_SPHERES = np.zeros((0, 4))
ATLAS_TILES = (*SCREENS, "keys", "card", "card-edges", "paper-0", "paper-1")
TILE_SIZE = (512, 352)
SURFACE_LAYERS = ("albedo", "facing", "place")
SAMPLES = 4
TEXTURED = -1.0


@dataclass(frozen=True)
class Shot:
    """How one frame is taken: the camera as it looks, the light, and what the camera multiplies it by."""

    camera: Camera
    light: Light
    gain: float = 1.0


class Painter:
    """Draws what stands in an office before one camera. Pictures are RGB, before the lens.

    A camera that is turned needs several plates; together they see all that the shots see.
    """

    def __init__(self, context: moderngl.Context, office: Office, plates: Sequence[Plate]) -> None:
        if len(plates) > MAX_PLATES:
            raise ValueError(f"{len(plates)} plates, the shaders take {MAX_PLATES}")
        self._context, self._office, self._plates = context, office, plates
        self._size = (plates[0].camera.width, plates[0].camera.height)
        self._materials = office.materials
        self._shadow = make_program(context, "shadow.frag", before="light.glsl")
        self._surface = make_program(context, "surface.frag")
        self._depth = make_program(context, "depth.frag")
        self._compose = make_program(context, "compose.frag", before="light.glsl", vertex="screen.vert")
        self._make_targets()
        self._stills = _still_textures(context, self._size, len(plates))
        self._lit_by: Light | None = None
        self._atlas = _texture(context, _atlas())
        self._set_units()
        walls = [corners(mesh.vertices, mesh.triangles) for mesh in office.build().values()]
        self._walls = Triangles(context, position=np.concatenate(walls))
        self._screen = Triangles(context, corner=np.array([[-1, -1], [3, -1], [-1, 3]]))
        self._people: WeakKeyDictionary[DressedBody, Triangles] = WeakKeyDictionary()

    def _set_units(self) -> None:
        for unit, name in enumerate(self._pictures()):
            for program in (self._surface, self._compose):
                set_whole(program, name, unit)

    def _pictures(self) -> dict[str, moderngl.Texture | moderngl.TextureArray]:
        """All textures by their names in the shaders; a texture's unit is its place here."""
        layers = dict(zip(SURFACE_LAYERS, self._layers, strict=True))
        return {"atlas": self._atlas, "plates": self._stills, "shadow": self._shadow_picture, **layers}

    def _make_targets(self) -> None:
        context, size = self._context, self._size
        half = (size[0] // 2, size[1] // 2)
        self._shadow_picture = context.texture(half, 1)
        self._shadow_target = context.framebuffer([self._shadow_picture], context.depth_renderbuffer(half))
        self._sampled = context.framebuffer(
            [context.renderbuffer(size, 4, samples=SAMPLES, dtype="f4") for _ in SURFACE_LAYERS],
            context.depth_renderbuffer(size, samples=SAMPLES),
        )
        self._layers = [context.texture(size, 4, dtype="f4") for _ in SURFACE_LAYERS]
        self._resolved = context.framebuffer(self._layers)
        self._result = context.framebuffer([context.renderbuffer(size, 3)])

    def draw(self, things: Sequence[VisibleThing], shot: Shot, shadows: Floats = NO_SPHERES) -> Image:
        """Draw the room with these people and items in it; `shadows` (n, 4) are spheres that are not seen."""
        self._set_camera(shot)
        self._set_light(shot)
        for unit, picture in enumerate(self._pictures().values()):
            picture.use(unit)
        self._set_shadows(things, shadows)
        self._draw_shadows()
        self._draw_surfaces(things)
        self._result.use()
        self._screen.draw(self._compose)
        pixels = np.frombuffer(self._result.read(components=3, alignment=1), np.uint8)
        return np.ascontiguousarray(pixels.reshape(self._size[1], self._size[0], 3)[::-1])

    def _set_camera(self, shot: Shot) -> None:
        for program in (self._shadow, self._surface, self._depth, self._compose):
            set_values(program, "clip_from_world", shot.camera.clip_from_world().T)
            set_values(program, "eye", np.array(shot.camera.eye))
            set_values(program, "gain", np.array([shot.gain]))
        set_values(self._compose, "plate_from_view", _plates_from_view(self._plates, shot.camera))
        set_whole(self._compose, "plate_count", len(self._plates))

    def _set_light(self, shot: Shot) -> None:
        lamps = [lamp for lamp in (*self._office.all_lamps, infrared_lamp(shot.camera)) if lamp.group in shot.light]
        if len(lamps) > MAX_LAMPS:
            raise ValueError(f"{len(lamps)} lamps at once, the shaders take {MAX_LAMPS}")
        hall, reflectance = self._office.hall, self._office.reflectance
        around = np.array(ambient(lamps, shot.light, hall.surface_m2, reflectance))
        for program in (self._shadow, self._surface, self._compose):
            for name, values in _lamp_values(lamps, shot.light).items():
                set_values(program, name, values)
            set_whole(program, "lamp_count", len(lamps))
            set_values(program, "ambient", around)
            set_whole(program, "infrared", int(is_infrared(shot.light)))
        if shot.light != self._lit_by:
            lit = np.stack([plate.in_light(shot.light)[::-1] for plate in self._plates])
            self._stills.write(np.ascontiguousarray(lit, np.float16).tobytes())
            self._lit_by = shot.light

    def _set_shadows(self, things: Sequence[VisibleThing], shadows: Floats) -> None:
        """Let the first things throw shadows, as many as the shaders take, and what passes out of view."""
        spheres, bounds = np.zeros((MAX_THINGS, SHADOW_SPHERES, 4)), np.zeros((MAX_THINGS, 4))
        count = min(len(things), MAX_THINGS - 1)
        for number, thing in enumerate(things[:count]):
            spheres[number, : len(thing.spheres)] = thing.spheres
            bounds[number] = [*thing.vertices.mean(0), SHADOW_REACH_M if thing.person else 0.6]
        spheres[count, : len(shadows)] = shadows
        bounds[count] = [0, 0, 0, EVERYWHERE_M]
        for program in (self._shadow, self._compose):
            set_values(program, "spheres", spheres)
            set_values(program, "bounds", bounds)
            set_whole(program, "thing_count", count + bool(len(shadows)))

    def _draw_shadows(self) -> None:
        self._shadow_target.use()
        self._context.clear(1, 1, 1)
        self._draw_depth_of_room(self._shadow_target)
        self._walls.draw(self._shadow)

    def _draw_depth_of_room(self, target: moderngl.Framebuffer) -> None:
        target.color_mask = _masks(target, shown=False)
        self._walls.draw(self._depth)
        target.color_mask = _masks(target, shown=True)

    def _draw_surfaces(self, things: Sequence[VisibleThing]) -> None:
        """Draw what people and items show, unlit, where the room does not hide them."""
        self._sampled.use()
        self._context.clear()
        self._draw_depth_of_room(self._sampled)
        for number, thing in enumerate(things):
            set_whole(self._surface, "drawn_thing", number)
            set_whole(self._surface, "smooth_normals", int(thing.person is not None))
            if thing.person:
                self._person(thing).draw(self._surface)
            if thing.mesh:
                triangles = self._item(thing.mesh)
                triangles.draw(self._surface)
                triangles.release()
        self._context.copy_framebuffer(self._resolved, self._sampled)

    def _person(self, thing: VisibleThing) -> Triangles:
        posed = thing.person
        if posed is None:
            raise ValueError(f"{thing.name} is not a person")
        faces = posed.body.triangles
        moved = {"position": corners(thing.vertices, faces), "normal": corners(posed.normals, faces)}
        if posed.body in self._people:
            self._people[posed.body].update(**moved)
        else:
            still = {"rest": corners(posed.body.vertices, faces), "surface": _body_surface(posed.body)}
            still |= {"uv": np.zeros((faces.size, 2)), "weave": _body_weave(posed.body)}
            self._people[posed.body] = Triangles(self._context, **moved, **still)
        return self._people[posed.body]

    def _item(self, mesh: TriangleMesh) -> Triangles:
        flat = np.zeros((mesh.triangles.size, 3))
        return Triangles(
            self._context,
            position=corners(mesh.vertices, mesh.triangles),
            normal=flat,
            rest=flat,
            surface=_mesh_surface(mesh, self._materials),
            uv=_atlas_uv(mesh),
            weave=flat,
        )


def _body_surface(body: DressedBody) -> Floats:
    """Colour and roughness (corners, 4)."""
    table = np.array([[*body.look.colour(stuff), ROUGHNESS.get(stuff, CLOTH_ROUGHNESS)] for stuff in STUFFS])
    return np.repeat(table[body.stuff], 3, axis=0)


def _body_weave(body: DressedBody) -> Floats:
    """Stripes a metre up and around, and their contrast (corners, 3)."""
    weaves = [body.look.weaves.get(stuff, Weave()) for stuff in STUFFS]
    table = np.array([[weave.up, weave.around, weave.contrast] for weave in weaves])
    return np.repeat(table[body.stuff], 3, axis=0)


def _mesh_surface(mesh: TriangleMesh, materials: Mapping[str, Material]) -> Floats:
    """Colour (negative: textured) and roughness (negative: gives light) of each corner."""
    rows = []
    for name in mesh.materials:
        material = materials[name]
        colour = (TEXTURED,) * 3 if name in ATLAS_TILES else mesh.colours.get(name, material.colour)
        rows.append([*colour, -material.roughness if material.emission else material.roughness])
    return np.repeat(np.array(rows), 3, axis=0)


def _atlas() -> Image:
    """Return the items' textures side by side."""
    tiles = [cv2.resize(textures()[name], TILE_SIZE, interpolation=cv2.INTER_AREA) for name in ATLAS_TILES]
    return np.asarray(np.concatenate(tiles, axis=1), np.uint8)


def _atlas_uv(mesh: TriangleMesh) -> Floats:
    tile = [ATLAS_TILES.index(name) if name in ATLAS_TILES else 0 for name in mesh.materials]
    uv = corners(mesh.uv, mesh.triangles)
    inset = np.clip(uv, 0.01, 0.99)
    inset[:, 0] = (inset[:, 0] + np.repeat(tile, 3)) / len(ATLAS_TILES)
    return inset


def _lamp_values(lamps: Sequence[Lamp], light: Light) -> dict[str, Floats]:
    at, aim, power = np.zeros((MAX_LAMPS, 3)), np.zeros((MAX_LAMPS, 4)), np.zeros((MAX_LAMPS, 3))
    for number, lamp in enumerate(lamps):
        at[number], aim[number] = lamp.centre, [*lamp.aim, lamp.size_m[0] * lamp.size_m[1] / np.pi]
        power[number] = np.asarray(lamp.colour) * light[lamp.group] * lamp.watt / np.pi
    return {"lamp_at": at, "lamp_aim": aim, "lamp_power": power}


def _plates_from_view(plates: Sequence[Plate], camera: Camera) -> Floats:
    """Return the matrices (MAX_PLATES, 3, 3), columns first, from a place in the picture to that in each plate.

    All look from one eye, so that a direction is enough to tell where a plate has it.
    """
    direction_from_view = np.linalg.inv(_view_from_direction(camera))
    matrices = np.zeros((MAX_PLATES, 3, 3))
    for number, plate in enumerate(plates):
        matrices[number] = (_view_from_direction(plate.camera) @ direction_from_view).T
    return matrices


def _view_from_direction(camera: Camera) -> Floats:
    """Return the 3x3 matrix from a direction to where it is seen, homogeneous."""
    return camera.clip_from_world()[[0, 1, 3], :3]


def _still_textures(context: moderngl.Context, size: tuple[int, int], count: int) -> moderngl.TextureArray:
    """Make room for the plates in one light, linear, half precision."""
    stills = context.texture_array((*size, count), 3, dtype="f2")
    stills.filter = (moderngl.LINEAR, moderngl.LINEAR)
    stills.repeat_x = stills.repeat_y = False
    return stills


def _texture(context: moderngl.Context, picture: Image) -> moderngl.Texture:
    height, width = picture.shape[:2]
    texture = context.texture((width, height), 3, np.ascontiguousarray(picture[::-1]).tobytes(), alignment=1)
    texture.build_mipmaps()
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    texture.anisotropy = 8
    return texture


def _masks(target: moderngl.Framebuffer, *, shown: bool) -> Any:
    """Return the colour mask of a target: one for each of its pictures, or the one of its only picture."""
    masks = ((shown,) * 4,) * len(target.color_attachments)
    return masks if len(masks) > 1 else masks[0]
