#version 330
// The plate, darkened by the shadow pass; lamps stay as they are.
in vec4 clip;
out vec4 colour;
uniform sampler2D plate;
uniform sampler2D shadow;

void main() {
    vec2 at = clip.xy / clip.w * 0.5 + 0.5;
    vec3 linear = pow(texture(plate, at).rgb, vec3(2.2));
    bool lamp = dot(linear, vec3(0.3, 0.6, 0.1)) > 0.93;
    if (!lamp) linear *= texture(shadow, at).r;
    colour = vec4(pow(linear, vec3(1.0 / 2.2)), 1);
}
