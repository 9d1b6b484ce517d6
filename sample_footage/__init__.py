"""Rendered clips of a ward office with exact ground truth, and what renders them."""
