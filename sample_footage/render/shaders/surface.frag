#version 330
// What people and items show at each sample, unlit. A surface has a colour or, where that is negative, a texture.
// The alpha of `albedo` is coverage: averaged over a pixel's samples, it tells the thing from what is behind it.
in vec3 world;
in vec3 world_normal;
in vec3 cloth;
in vec2 texture_at;
flat in vec4 finish;
flat in vec3 stripes;
layout(location = 0) out vec4 albedo;
layout(location = 1) out vec4 facing;
layout(location = 2) out vec4 place;

uniform sampler2D atlas;
uniform vec3 eye;
uniform int drawn_thing;
uniform bool smooth_normals;
uniform bool infrared;
const float CLOTH_ROUGHNESS = 0.7;
const float DYED_CLOTH_IN_INFRARED = 0.42;

vec3 weave_normal(vec3 normal) {
    vec3 q = cloth * vec3(31, 27, 19) + 1.7 * sin(cloth.zxy * vec3(17, 23, 29));
    return normalize(normal - cos(q + 1.3 * cos(q.yzx * 0.7)) * 0.13);
}

float thread(vec3 at) {
    return fract(sin(dot(floor(at * 250.0), vec3(12.9, 78.2, 37.7))) * 43758.5);
}

// Stripes or checks a cloth is woven in: how many a metre up and around, and how much darker they are.
float woven() {
    vec2 across = sin(6.28318 * stripes.xy * vec2(cloth.z, cloth.y + 0.8 * cloth.x));
    return 1.0 - stripes.z * max(smoothstep(0.0, 0.2, across.x), smoothstep(0.0, 0.2, across.y));
}

// Dyes hardly take infrared: dark cloth is grey in it.
vec3 in_infrared(vec3 colour, bool is_cloth) {
    float grey = dot(colour, vec3(0.6, 0.3, 0.1));
    return vec3(is_cloth ? mix(grey, DYED_CLOTH_IN_INFRARED, 0.6) : grey);
}

void main() {
    vec3 flat_normal = normalize(cross(dFdx(world), dFdy(world)));
    vec3 normal = smooth_normals ? normalize(world_normal) : flat_normal;
    if (dot(normal, eye - world) < 0.0) normal = -normal;
    vec3 colour = finish.r < 0.0 ? pow(texture(atlas, texture_at).rgb, vec3(2.2)) : finish.rgb;
    bool is_cloth = smooth_normals && abs(finish.a) > CLOTH_ROUGHNESS;
    if (infrared) colour = in_infrared(colour, is_cloth);
    if (is_cloth) {
        normal = weave_normal(normal);
        colour *= (0.94 + 0.12 * thread(cloth)) * woven();
    }
    albedo = vec4(colour, 1);
    facing = vec4(normal, finish.a);
    place = vec4(world, drawn_thing);
}
