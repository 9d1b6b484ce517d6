// The plate, darkened by the shadow pass (bright lamps stay as they are), and over it people and items, lit once a
// pixel. A camera that is turned aside takes each direction from the first of its plates that looked there.
// Their small triangles would be shaded several times over if they were lit while they are drawn.
const int PLATES = 4;
out vec4 colour;
uniform sampler2DArray plates;
uniform mat3 plate_from_view[PLATES];
uniform int plate_count;
uniform sampler2D shadow;
uniform sampler2D albedo;
uniform sampler2D facing;
uniform sampler2D place;
uniform bool infrared;
const float SCREEN = 1.1;
const float SCREEN_IN_INFRARED = 0.05;
const vec3 SWITCHED_OFF = vec3(0.02);
const float LAMP = 2.5;

vec3 gloss(vec3 world, vec3 normal, int lamp, float roughness) {
    vec3 direction = normalize(lamp_at[lamp] - world);
    vec3 halfway = normalize(direction + normalize(eye - world));
    float power = mix(180.0, 8.0, roughness);
    float lobe = pow(max(dot(normal, halfway), 0.0), power) * (power + 8.0) / 25.0;
    return lobe * 0.04 * reach(lamp, world, normal) * lamp_power[lamp];
}

vec3 lit(vec3 albedo, vec3 normal, float finish, vec3 world, int own) {
    Light light = light_at(world + normal * 0.02, normal, own);
    float upward = normal.z * 0.5 + 0.5;
    float open_space = mix(0.75, 1.05, upward) * mix(0.35, 1.0, smoothstep(0.0, 1.2, world.z));
    vec3 specular = vec3(0);
    for (int i = 0; i < lamp_count; i++) specular += gloss(world, normal, i, abs(finish));
    bool shines = finish < 0.0;
    vec3 reflected = shines ? SWITCHED_OFF : albedo;
    vec3 seen = (reflected * (light.direct + ambient * open_space * light.around) + specular) / 3.14159;
    return shines ? seen + albedo * (infrared ? SCREEN_IN_INFRARED : SCREEN) : seen;
}

vec3 still(vec2 view) {
    vec2 at = vec2(0);
    int plate = 0;
    for (int i = 0; i < plate_count; i++) {
        vec3 there = plate_from_view[i] * vec3(view, 1);
        at = there.xy / there.z;
        plate = i;
        if (there.z > 0.0 && max(abs(at.x), abs(at.y)) <= 1.0) break;
    }
    return texture(plates, vec3(at * 0.5 + 0.5, plate)).rgb;
}

vec3 room(vec2 at) {
    vec3 linear = still(at * 2.0 - 1.0);
    return luminance(linear) > LAMP ? linear : linear * texture(shadow, at).r;
}

vec3 developed(vec3 linear) {
    return pow(clamp(linear * gain, 0.0, 1.0), vec3(1.0 / 2.2));
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
    vec3 behind = room(gl_FragCoord.xy / vec2(textureSize(albedo, 0)));
    colour = vec4(mix(developed(behind), developed(things), covered), 1);
}
