// The share of its light that a point of the empty room keeps beside people and items.
in vec3 world;
out vec4 colour;
const float AMBIENT = 1.3;

void main() {
    vec3 normal = normalize(cross(dFdx(world), dFdy(world)));
    if (dot(normal, eye - world) < 0.0) normal = -normal;
    vec2 light = light_at(world, normal, NO_THING);
    colour = vec4((light.x + AMBIENT * light.y) / (unshadowed(world, normal) + AMBIENT));
}
