"""How Kuraban's own detector is made: pictures, labels, training, export. A tool of its own, run from a checkout.

The service never imports it. Rendering wants the extra `render`, everything else the extra `train`; since their NumPy
versions differ, each has an environment of its own, and files pass between them. CARD.md beside the weights says what
came out.
"""
