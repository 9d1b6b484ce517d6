#version 330
// Shared by all passes: position, normal and position at rest (for cloth), texture coordinate, colour and roughness.
in vec3 position;
in vec3 normal;
in vec3 rest;
in vec2 uv;
in vec4 surface;
uniform mat4 clip_from_world;
invariant gl_Position;
out vec3 world;
out vec3 world_normal;
out vec3 cloth;
out vec2 texture_at;
flat out vec4 finish;

void main() {
    world = position;
    world_normal = normal;
    cloth = rest;
    texture_at = uv;
    finish = surface;
    gl_Position = clip_from_world * vec4(position, 1);
}
