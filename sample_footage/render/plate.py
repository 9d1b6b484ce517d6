"""The plate: a path-traced still of the empty room, made once per camera with Blender's Cycles (`bpy`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from sample_footage.render.camera import NEAR_M, Camera
from sample_footage.render.geometry import TriangleMesh
from sample_footage.render.materials import MATERIALS, Material
from sample_footage.render.room import LIGHT_PANEL_SIZE, LIGHT_PANELS
from sample_footage.render.textures import textures

PANEL_WATT = 42
PANEL_COLOUR = (1.0, 0.97, 0.92)


def render_plate(camera: Camera, room: Mapping[str, TriangleMesh], path: Path, samples: int, threads: int) -> None:
    """Write the room as `camera` sees it, before the lens, to a PNG at `path`."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    made: dict[str, Any] = {}
    for name, mesh in room.items():
        _add_mesh(scene, name, mesh, made)
    _add_lights(scene)
    _add_camera(scene, camera)
    _set_quality(scene, camera, samples, threads)
    scene.render.filepath = str(path.resolve())
    bpy.ops.render.render(write_still=True)


def _add_mesh(scene: Any, name: str, mesh: TriangleMesh, made: dict[str, Any]) -> None:
    data = bpy.data.meshes.new(name)
    data.from_pydata(mesh.vertices.tolist(), [], mesh.triangles.tolist())
    names = sorted(set(mesh.materials))
    for material in names:
        if material not in made:
            made[material] = _make_material(material, MATERIALS[material])
        data.materials.append(made[material])
    data.polygons.foreach_set("material_index", [names.index(material) for material in mesh.materials])
    data.polygons.foreach_set("use_smooth", ["chair" in name] * len(mesh.triangles))
    data.uv_layers.new().data.foreach_set("uv", mesh.uv[mesh.triangles.ravel()].astype(np.float32).ravel())
    data.update()
    scene.collection.objects.link(bpy.data.objects.new(name, data))


def _make_material(name: str, surface: Material) -> Any:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"].inputs
    shader["Base Color"].default_value = (*surface.colour, 1)
    shader["Roughness"].default_value = surface.roughness
    shader["Metallic"].default_value = surface.metallic
    shader["Emission Strength"].default_value = surface.emission
    shader["Emission Color"].default_value = (*surface.colour, 1)
    if surface.texture:
        image = nodes.new("ShaderNodeTexImage")
        image.image = _make_image(surface.texture)
        links.new(image.outputs[0], shader["Base Color"])
    return material


def _make_image(name: str) -> Any:
    texture = textures()[name]
    height, width = texture.shape[:2]
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = texture[::-1] / 255.0
    image = bpy.data.images.new(name, width, height)
    image.pixels.foreach_set(pixels.ravel())
    image.pack()
    return image


def _add_lights(scene: Any) -> None:
    for number, (x, y, z) in enumerate(LIGHT_PANELS):
        light = bpy.data.lights.new(f"panel {number}", "AREA")
        light.shape, light.energy, light.color = "RECTANGLE", PANEL_WATT, PANEL_COLOUR
        light.size, light.size_y = LIGHT_PANEL_SIZE
        lamp = bpy.data.objects.new(light.name, light)
        lamp.location = (x, y, z - 0.02)
        scene.collection.objects.link(lamp)
    world = bpy.data.worlds.new("room")
    world.use_nodes = True
    background = world.node_tree.nodes["Background"].inputs
    background[0].default_value, background[1].default_value = (0.5, 0.5, 0.5, 1), 0.25
    world.light_settings.distance, world.light_settings.ao_factor = 3.0, 0.6
    scene.world = world


def _add_camera(scene: Any, camera: Camera) -> None:
    data = bpy.data.cameras.new(camera.label)
    data.angle, data.clip_start = np.radians(camera.fov_deg), NEAR_M
    item = bpy.data.objects.new(camera.label, data)
    item.location = camera.eye
    item.rotation_euler = (Vector(camera.target) - Vector(camera.eye)).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(item)
    scene.camera = item


def _set_quality(scene: Any, camera: Camera, samples: int, threads: int) -> None:
    render, cycles = scene.render, scene.cycles
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y, render.resolution_percentage = camera.width, camera.height, 100
    render.image_settings.file_format = "PNG"
    render.threads_mode, render.threads = "FIXED", threads
    scene.view_settings.view_transform, scene.view_settings.exposure = "Standard", -0.25
    cycles.samples, cycles.use_adaptive_sampling = samples, False
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 4, 2, 1
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.use_fast_gi, cycles.fast_gi_method, cycles.ao_bounces_render = True, "REPLACE", 1
    cycles.sample_clamp_indirect, cycles.sample_clamp_direct = 3, 8
