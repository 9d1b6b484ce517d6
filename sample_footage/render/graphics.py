"""What the drawing passes share: one OpenGL context without a window, programs, buffers of triangles."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import moderngl
import numpy as np

from sample_footage.render.geometry import Floats, Ints

_SHADERS = Path(__file__).parent / "shaders"


@cache
def open_context() -> moderngl.Context:
    """Open the process's OpenGL context, without a window (EGL; Mesa's software renderer where there is no GPU).

    There is only one: what is drawn or thrown away while another one is current ends up in that one, unnoticed.
    """
    settings: dict[str, Any] = {"standalone": True, "backend": "egl"}
    context = moderngl.create_context(**settings)
    context.gc_mode = "auto"
    context.enable(moderngl.DEPTH_TEST)
    context.depth_func = "<="
    return context


def make_program(
    context: moderngl.Context, fragment: str, before: str = "", vertex: str = "thing.vert"
) -> moderngl.Program:
    """Make a program of a vertex shader and a fragment shader, `before` put in front of the latter."""
    parts = [(_SHADERS / name).read_text() for name in (before, fragment) if name]
    return context.program((_SHADERS / vertex).read_text(), fragment_shader="\n".join(parts))


def set_values(program: moderngl.Program, name: str, values: Floats) -> None:
    """Write a uniform, if the program still has it after the compiler has thrown out what is unused."""
    uniform = program.get(name, None)
    if isinstance(uniform, moderngl.Uniform):
        uniform.write(np.ascontiguousarray(values, np.float32).tobytes())


def set_whole(program: moderngl.Program, name: str, value: int) -> None:
    """Write an integer, boolean or texture unit uniform, if the program has it."""
    uniform = program.get(name, None)
    if isinstance(uniform, moderngl.Uniform):
        uniform.value = value


class Triangles:
    """Corners of triangles on the graphics side, three for each, one buffer for each attribute."""

    def __init__(self, context: moderngl.Context, **attributes: Floats) -> None:
        self._context = context
        self._buffers = {name: (context.buffer(_bytes(v)), v.shape[1]) for name, v in attributes.items()}
        self._arrays: dict[int, moderngl.VertexArray] = {}

    def update(self, **attributes: Floats) -> None:
        """Replace attributes; the number of corners stays."""
        for name, values in attributes.items():
            self._buffers[name][0].write(_bytes(values))

    def draw(self, program: moderngl.Program) -> None:
        """Draw with whichever of the attributes the program takes."""
        if program.glo not in self._arrays:
            content = [
                (buffer, f"{size}f", name) for name, (buffer, size) in self._buffers.items() if name in program
            ]
            self._arrays[program.glo] = self._context.vertex_array(program, content)
        self._arrays[program.glo].render()

    def release(self) -> None:
        """Give the memory back."""
        for array in self._arrays.values():
            array.release()
        for buffer, _ in self._buffers.values():
            buffer.release()


def corners(values: Floats, triangles: Ints) -> Floats:
    """One row for each corner of each triangle."""
    return np.asarray(values[triangles.ravel()])


def _bytes(values: Floats) -> bytes:
    return np.ascontiguousarray(values, np.float32).tobytes()
