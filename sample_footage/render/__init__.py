"""Renders the sample clips: a path-traced still of the room, people and items drawn over it, exact truth.

A tool for makers of footage. The service never imports it; its libraries come with the extra `render`.
"""
