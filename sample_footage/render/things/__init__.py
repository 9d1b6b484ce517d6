"""Things that people use, carry and leave about, each in its own axes: origin under its middle, +x its front."""
