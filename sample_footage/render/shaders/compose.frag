// The plate, darkened by the shadow pass (lamps stay as they are), and over it people and items, lit once a pixel.
// Their small triangles would be shaded several times over if they were lit while they are drawn.
out vec4 colour;
uniform sampler2D plate;
uniform sampler2D shadow;
uniform sampler2D albedo;
uniform sampler2D facing;
uniform sampler2D place;
const vec3 AMBIENT = vec3(1.3, 1.27, 1.2);
const vec3 PANEL_COLOUR = vec3(1.0, 0.97, 0.92);
const float GAIN = 0.84;

float gloss(vec3 world, vec3 normal, vec3 panel, float roughness) {
    vec3 way = panel - world;
    vec3 direction = normalize(way);
    vec3 halfway = normalize(direction + normalize(eye - world));
    float power = mix(180.0, 8.0, roughness);
    float lobe = pow(max(dot(normal, halfway), 0.0), power) * (power + 8.0) / 25.0;
    return lobe * 0.04 * PANEL_POWER / dot(way, way) * max(direction.z, 0.0) * max(dot(normal, direction), 0.0);
}

vec3 lit(vec3 albedo, vec3 normal, float finish, vec3 world, int own) {
    vec2 light = light_at(world + normal * 0.02, normal, own);
    float upward = normal.z * 0.5 + 0.5;
    vec3 ambient = AMBIENT * mix(0.75, 1.05, upward) * mix(0.35, 1.0, smoothstep(0.0, 1.2, world.z));
    float specular = 0.0;
    for (int i = 0; i < PANELS; i++) specular += gloss(world, normal, panels[i], abs(finish));
    vec3 seen = albedo / 3.14159 * (light.x * PANEL_COLOUR + ambient * light.y) + specular / 3.14;
    float emission = finish < 0.0 ? 1.0 : 0.0;
    return seen * GAIN + albedo * emission;
}

vec3 room(ivec2 at) {
    vec3 linear = pow(texelFetch(plate, at, 0).rgb, vec3(2.2));
    bool lamp = dot(linear, vec3(0.3, 0.6, 0.1)) > 0.93;
    return lamp ? linear : linear * texture(shadow, gl_FragCoord.xy / vec2(textureSize(plate, 0))).r;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 surface = texelFetch(albedo, at, 0);
    float covered = surface.a;
    vec3 things = vec3(0);
    if (covered > 0.0) {
        vec4 turned = texelFetch(facing, at, 0) / covered;
        vec4 stands = texelFetch(place, at, 0) / covered;
        things = lit(surface.rgb / covered, normalize(turned.xyz), turned.w, stands.xyz, int(round(stands.w)));
    }
    vec3 behind = pow(room(at), vec3(1.0 / 2.2));
    colour = vec4(mix(behind, pow(clamp(things, 0.0, 1.0), vec3(1.0 / 2.2)), covered), 1);
}
