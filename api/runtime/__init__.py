"""The running service: its processes, what passes between them, and the office that routes and alerts are given."""
