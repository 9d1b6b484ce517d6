#version 330
// The object's number, for exact masks.
out float number;
uniform float object_number;

void main() {
    number = object_number;
}
