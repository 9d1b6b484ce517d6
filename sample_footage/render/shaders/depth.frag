#version 330
// Depth only.
out vec4 colour;

void main() {
    colour = vec4(0);
}
