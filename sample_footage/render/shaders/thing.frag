// People and items. A surface has a colour or, where its colour is negative, a texture.
uniform sampler2D atlas;
uniform bool smooth_normals;
const vec3 AMBIENT = vec3(1.3, 1.27, 1.2);
const vec3 PANEL_COLOUR = vec3(1.0, 0.97, 0.92);
const float GAIN = 0.84;
const float CLOTH_ROUGHNESS = 0.7;

vec3 weave_normal(vec3 normal) {
    vec3 q = cloth * vec3(31, 27, 19) + 1.7 * sin(cloth.zxy * vec3(17, 23, 29));
    return normalize(normal - cos(q + 1.3 * cos(q.yzx * 0.7)) * 0.13);
}

float thread(vec3 at) {
    return fract(sin(dot(floor(at * 250.0), vec3(12.9, 78.2, 37.7))) * 43758.5);
}

float gloss(vec3 normal, vec3 panel, float roughness) {
    vec3 way = panel - world;
    vec3 direction = normalize(way);
    vec3 halfway = normalize(direction + normalize(eye - world));
    float power = mix(180.0, 8.0, roughness);
    float lobe = pow(max(dot(normal, halfway), 0.0), power) * (power + 8.0) / 25.0;
    return lobe * 0.04 * PANEL_POWER / dot(way, way) * max(direction.z, 0.0) * max(dot(normal, direction), 0.0);
}

void main() {
    vec3 flat_normal = normalize(cross(dFdx(world), dFdy(world)));
    vec3 normal = smooth_normals ? normalize(world_normal) : flat_normal;
    if (dot(normal, eye - world) < 0.0) normal = -normal;
    float roughness = abs(finish.a);
    float emission = finish.a < 0.0 ? 1.0 : 0.0;
    vec3 albedo = finish.r < 0.0 ? pow(texture(atlas, texture_at).rgb, vec3(2.2)) : finish.rgb;
    if (smooth_normals && roughness > CLOTH_ROUGHNESS) {
        normal = weave_normal(normal);
        albedo *= 0.94 + 0.12 * thread(cloth);
    }
    vec2 light = light_at(world + normal * 0.02, normal);
    float upward = normal.z * 0.5 + 0.5;
    vec3 ambient = AMBIENT * mix(0.75, 1.05, upward) * mix(0.35, 1.0, smoothstep(0.0, 1.2, world.z));
    float specular = 0.0;
    for (int i = 0; i < PANELS; i++) specular += gloss(normal, panels[i], roughness);
    vec3 seen = albedo / 3.14159 * (light.x * PANEL_COLOUR + ambient * light.y) + specular / 3.14;
    seen = seen * GAIN + albedo * emission;
    colour = vec4(pow(clamp(seen, 0.0, 1.0), vec3(1.0 / 2.2)), 1);
}
