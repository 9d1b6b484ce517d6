"""Traces the plate with Blender's Cycles (`bpy`): the scene is built once, then lit by one lamp group at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

from sample_footage.render.camera import NEAR_M, Camera
from sample_footage.render.geometry import SingleFloats, TriangleMesh
from sample_footage.render.lamps import Lamp, infrared_lamp
from sample_footage.render.materials import Material
from sample_footage.render.offices import Office
from sample_footage.render.patterns import Pattern
from sample_footage.render.plate import Plate
from sample_footage.render.textures import textures

CAMERA_ONLY = ("lamps", "outside")
"""Bright surfaces whose light comes from a lamp before them: they themselves light nothing."""

SMOOTH = ("chair",)
SWITCHED_OFF = (0.02, 0.02, 0.022, 1.0)
"""What a screen looks like by itself."""


@dataclass(frozen=True)
class Quality:
    """How carefully to trace: rays for each pixel, bounces of light, a careful or a fast denoiser, threads."""

    samples: int = 16
    bounces: int = 4
    careful: bool = True
    threads: int = 1


CAREFUL = Quality()
"""For clips."""

QUICK = Quality(samples=2, bounces=2, careful=False)
"""For training pictures, by the thousand."""


def trace_plate(office: Office, camera: Camera, groups: Iterable[str], quality: Quality) -> Plate:
    """Render the empty office before the lens, once for each of the lamp groups."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    emitters = _add_room(scene, office)
    lamps = [_add_lamp(scene, lamp) for lamp in (*office.all_lamps, infrared_lamp(camera))]
    scene.world = _black_world()
    _add_camera(scene, camera)
    _set_quality(scene, camera, quality)
    pictures = {}
    for group in groups:
        for lamp, item in lamps:
            item.hide_render = lamp.group != group
        has_lamp = any(lamp.group == group for lamp, _ in lamps)
        scene.cycles.samples = quality.samples if has_lamp else max(quality.samples // 4, 1)
        for surface, strength in emitters:
            strength.default_value = surface.emission if surface.group == group else 0.0
        pictures[group] = _trace(scene)
    return Plate(camera, pictures)


def _add_room(scene: Any, office: Office) -> list[tuple[Material, Any]]:
    """Add all that never moves; the materials that give light, with Blender's handle on how much."""
    made: dict[str, Any] = {}
    for name, mesh in office.build().items():
        _add_mesh(scene, name, mesh, office.materials, made)
    return [
        (office.materials[name], material.node_tree.nodes["Principled BSDF"].inputs["Emission Strength"])
        for name, material in made.items()
        if office.materials[name].emission
    ]


def _add_mesh(
    scene: Any, name: str, mesh: TriangleMesh, materials: Mapping[str, Material], made: dict[str, Any]
) -> None:
    data = bpy.data.meshes.new(name)
    data.from_pydata(mesh.vertices.tolist(), [], mesh.triangles.tolist())
    names = sorted(set(mesh.materials))
    for material in names:
        if material not in made:
            made[material] = _make_material(material, materials[material])
        data.materials.append(made[material])
    data.polygons.foreach_set("material_index", [names.index(material) for material in mesh.materials])
    data.polygons.foreach_set("use_smooth", [any(word in name for word in SMOOTH)] * len(mesh.triangles))
    data.uv_layers.new().data.foreach_set("uv", mesh.uv[mesh.triangles.ravel()].astype(np.float32).ravel())
    data.update()
    item = bpy.data.objects.new(name, data)
    if name in CAMERA_ONLY:
        item.visible_diffuse = item.visible_shadow = False
    scene.collection.objects.link(item)


def _make_material(name: str, surface: Material) -> Any:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    material.cycles.emission_sampling = "NONE"
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"].inputs
    shader["Base Color"].default_value = (*surface.colour, 1)
    shader["Roughness"].default_value = surface.roughness
    shader["Metallic"].default_value = surface.metallic
    shader["Emission Strength"].default_value = surface.emission
    shader["Emission Color"].default_value = (*surface.colour, 1)
    if surface.texture:
        image = nodes.new("ShaderNodeTexImage")
        image.image = _make_image(name, surface.texture)
        if surface.emission:
            shader["Base Color"].default_value = SWITCHED_OFF
        links.new(image.outputs[0], shader["Emission Color" if surface.emission else "Base Color"])
    return material


def _make_image(name: str, texture: str | Pattern) -> Any:
    picture = texture.draw() if isinstance(texture, Pattern) else textures()[texture]
    height, width = picture.shape[:2]
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = picture[::-1] / 255.0
    image = bpy.data.images.new(name, width, height)
    image.pixels.foreach_set(pixels.ravel())
    image.pack()
    return image


def _add_lamp(scene: Any, lamp: Lamp) -> tuple[Lamp, Any]:
    light = bpy.data.lights.new(lamp.group, "AREA")
    light.shape, light.energy, light.color = "RECTANGLE", lamp.watt, lamp.colour
    light.size, light.size_y = lamp.size_m
    item = bpy.data.objects.new(lamp.group, light)
    across, back = Vector(lamp.across).normalized(), -Vector(lamp.aim).normalized()
    axes = Matrix((across, back.cross(across), back)).transposed().to_4x4()
    item.matrix_world = Matrix.Translation(Vector(lamp.centre) - back * 0.01) @ axes
    item.visible_camera = item.visible_glossy = False
    scene.collection.objects.link(item)
    return lamp, item


def _black_world() -> Any:
    world = bpy.data.worlds.new("dark")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.0
    return world


def _add_camera(scene: Any, camera: Camera) -> None:
    data = bpy.data.cameras.new(camera.label)
    data.angle, data.clip_start = np.radians(camera.fov_deg), NEAR_M
    item = bpy.data.objects.new(camera.label, data)
    item.location = camera.eye
    item.rotation_euler = (Vector(camera.target) - Vector(camera.eye)).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(item)
    scene.camera = item


def _set_quality(scene: Any, camera: Camera, quality: Quality) -> None:
    render, cycles = scene.render, scene.cycles
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y, render.resolution_percentage = camera.width, camera.height, 100
    render.image_settings.file_format, render.image_settings.color_depth = "OPEN_EXR", "16"
    render.threads_mode, render.threads = "FIXED", quality.threads
    cycles.samples, cycles.use_adaptive_sampling = quality.samples, False
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_quality, cycles.denoising_prefilter = (
        ("HIGH", "ACCURATE") if quality.careful else ("FAST", "FAST")
    )
    cycles.max_bounces = cycles.diffuse_bounces = quality.bounces
    cycles.glossy_bounces = 2
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 4


def _trace(scene: Any) -> SingleFloats:
    """Render the scene as it is lit now, (height, width, 3) linear."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "still.exr"
        scene.render.filepath = str(path)
        bpy.ops.render.render(write_still=True)
        image = bpy.data.images.load(str(path))
        pixels = np.empty(image.size[0] * image.size[1] * image.channels, np.float32)
        image.pixels.foreach_get(pixels)
        shape = (image.size[1], image.size[0], image.channels)
        bpy.data.images.remove(image)
    return np.ascontiguousarray(pixels.reshape(shape)[::-1, :, :3])
