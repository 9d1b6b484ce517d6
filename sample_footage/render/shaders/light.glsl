#version 330
// How much light reaches a point: six ceiling panels, dimmed by the spheres that stand for people and items.
const int PANELS = 6;
const int THINGS = 24;
const int SPHERES = 19;
const float PANEL_POWER = 13.4;
const int NO_THING = -1;

uniform vec4 spheres[THINGS * SPHERES];
uniform vec4 bounds[THINGS];
uniform int thing_count;
uniform vec3 panels[PANELS];
uniform vec3 eye;

float panel_light(vec3 point, vec3 normal, vec3 panel) {
    vec3 way = panel - point;
    float squared = dot(way, way);
    vec3 direction = way * inversesqrt(squared);
    return max(dot(normal, direction), 0.0) * max(direction.z, 0.0) * PANEL_POWER / squared;
}

float unshadowed(vec3 point, vec3 normal) {
    float total = 0.0;
    for (int i = 0; i < PANELS; i++) total += panel_light(point, normal, panels[i]);
    return total;
}

// x: light straight from the panels; y: the share of light from all around that is left.
// The point belongs to the thing `own`, which throws no shadow on itself.
vec2 light_at(vec3 point, vec3 normal, int own) {
    float hidden = 0.0;
    float reaching[PANELS];
    float share[PANELS];
    vec3 toward[PANELS];
    for (int i = 0; i < PANELS; i++) {
        reaching[i] = panel_light(point, normal, panels[i]);
        toward[i] = normalize(panels[i] - point);
        share[i] = 1.0;
    }
    for (int k = 0; k < thing_count; k++) {
        vec3 away = bounds[k].xyz - point;
        if (k == own || dot(away, away) > bounds[k].w * bounds[k].w) continue;
        for (int j = 0; j < SPHERES; j++) {
            vec4 sphere = spheres[k * SPHERES + j];
            vec3 to_centre = sphere.xyz - point;
            float squared = dot(to_centre, to_centre);
            float distance = sqrt(squared);
            float facing = dot(normal, to_centre) / distance;
            float size = sphere.w / max(distance, sphere.w);
            hidden += clamp(facing * 0.8 + 0.2, 0.0, 1.0) * size * size * 1.5;
            if (facing <= -0.2) continue;
            for (int i = 0; i < PANELS; i++) {
                if (reaching[i] < 0.10) continue;
                float along = dot(to_centre, toward[i]);
                if (along <= 0.0) continue;
                float beside = sqrt(max(squared - along * along, 0.0));
                float penumbra = 0.03 + along * 0.16;
                float strength = clamp(sphere.w * 1.1 / penumbra, 0.0, 1.0);
                share[i] *= mix(1.0, smoothstep(sphere.w - penumbra, sphere.w + penumbra, beside), strength);
            }
        }
    }
    float direct = 0.0;
    for (int i = 0; i < PANELS; i++) direct += reaching[i] * share[i];
    return vec2(direct, exp(-hidden));
}
