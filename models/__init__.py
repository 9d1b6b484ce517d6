"""Detectors behind one protocol, their weights and manifest, training and export."""
