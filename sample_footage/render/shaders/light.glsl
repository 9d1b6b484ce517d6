#version 330
// How much light reaches a point: from rectangles that shine to one side, dimmed by the spheres that stand for people
// and items. A lamp is taken for a point whose light, near by, is no stronger than its size allows.
const int LAMPS = 16;
const int THINGS = 24;
const int SPHERES = 19;
const float NEGLIGIBLE = 0.08;
const int NO_THING = -1;

uniform vec4 spheres[THINGS * SPHERES];
uniform vec4 bounds[THINGS];
uniform int thing_count;
uniform vec3 lamp_at[LAMPS];
uniform vec4 lamp_aim[LAMPS];
uniform vec3 lamp_power[LAMPS];
uniform int lamp_count;
uniform vec3 ambient;
uniform float gain;
uniform vec3 eye;

float luminance(vec3 light) {
    return dot(light, vec3(0.3, 0.6, 0.1));
}

// The share of a lamp's power that reaches a point; lamp_aim.w is the lamp's area over pi.
float reach(int lamp, vec3 point, vec3 normal) {
    vec3 way = lamp_at[lamp] - point;
    float squared = dot(way, way);
    vec3 direction = way * inversesqrt(squared);
    float leaving = max(-dot(direction, lamp_aim[lamp].xyz), 0.0);
    return max(dot(normal, direction), 0.0) * leaving / (squared + lamp_aim[lamp].w);
}

vec3 unshadowed(vec3 point, vec3 normal) {
    vec3 total = vec3(0);
    for (int i = 0; i < lamp_count; i++) total += reach(i, point, normal) * lamp_power[i];
    return total;
}

struct Light {
    vec3 direct;   // straight from the lamps
    float around;  // the share of light from all around that is left
};

// The point belongs to the thing `own`, which throws no shadow on itself.
Light light_at(vec3 point, vec3 normal, int own) {
    float hidden = 0.0;
    vec3 reaching[LAMPS];
    float share[LAMPS];
    vec3 toward[LAMPS];
    float far[LAMPS];
    for (int i = 0; i < lamp_count; i++) {
        reaching[i] = reach(i, point, normal) * lamp_power[i];
        far[i] = distance(lamp_at[i], point);
        toward[i] = (lamp_at[i] - point) / far[i];
        share[i] = 1.0;
    }
    for (int k = 0; k < thing_count; k++) {
        vec3 away = bounds[k].xyz - point;
        if (k == own || dot(away, away) > bounds[k].w * bounds[k].w) continue;
        for (int j = 0; j < SPHERES; j++) {
            vec4 sphere = spheres[k * SPHERES + j];
            if (sphere.w == 0.0) continue;
            vec3 to_centre = sphere.xyz - point;
            float squared = dot(to_centre, to_centre);
            float distance = sqrt(squared);
            float facing = dot(normal, to_centre) / distance;
            float size = sphere.w / max(distance, sphere.w);
            hidden += clamp(facing * 0.8 + 0.2, 0.0, 1.0) * size * size * 1.5;
            if (facing <= -0.2) continue;
            for (int i = 0; i < lamp_count; i++) {
                if (luminance(reaching[i]) * gain < NEGLIGIBLE) continue;
                float along = dot(to_centre, toward[i]);
                if (along <= 0.0 || along > far[i]) continue;
                float beside = sqrt(max(squared - along * along, 0.0));
                float penumbra = 0.03 + along * 0.16;
                float strength = clamp(sphere.w * 1.1 / penumbra, 0.0, 1.0);
                share[i] *= mix(1.0, smoothstep(sphere.w - penumbra, sphere.w + penumbra, beside), strength);
            }
        }
    }
    vec3 direct = vec3(0);
    for (int i = 0; i < lamp_count; i++) direct += reaching[i] * share[i];
    return Light(direct, exp(-hidden));
}
