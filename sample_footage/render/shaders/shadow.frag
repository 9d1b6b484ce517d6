// The share of its light that a point of the empty room keeps beside people and items.
in vec3 world;
out vec4 colour;
const float DARKNESS = 1e-6;

void main() {
    vec3 normal = normalize(cross(dFdx(world), dFdy(world)));
    if (dot(normal, eye - world) < 0.0) normal = -normal;
    Light light = light_at(world, normal, NO_THING);
    float kept = luminance(light.direct + ambient * light.around) + DARKNESS;
    colour = vec4(kept / (luminance(unshadowed(world, normal) + ambient) + DARKNESS));
}
