"""Decisions, pure: boxes, zones, tracks, slots, rules. No clock, no file, no thread, no network."""
