"""The record: what was counted, handed over, seen and decided, append-only."""
