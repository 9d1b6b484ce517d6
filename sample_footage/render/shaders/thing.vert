#version 330
// Shared by all passes: position, normal and position at rest (for cloth), texture coordinate, colour and
// roughness, stripes of a cloth.
in vec3 position;
in vec3 normal;
in vec3 rest;
in vec2 uv;
in vec4 surface;
in vec3 weave;
uniform mat4 clip_from_world;
invariant gl_Position;
out vec3 world;
out vec3 world_normal;
out vec3 cloth;
out vec2 texture_at;
flat out vec4 finish;
flat out vec3 stripes;

void main() {
    world = position;
    world_normal = normal;
    cloth = rest;
    texture_at = uv;
    finish = surface;
    stripes = weave;
    gl_Position = clip_from_world * vec4(position, 1);
}
