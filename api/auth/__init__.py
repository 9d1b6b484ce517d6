"""People and permissions: who asks, how that is known, and what they may do. Docs: docs/design/access.md."""
