"""Backups of what cannot be made anew: databases, ledger, keys and site file, taken while everything runs.

Footage and clips are not in them: they are many times as large, never change once they are written, and any program
that copies files will do.
"""
