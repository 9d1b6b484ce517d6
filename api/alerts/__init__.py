"""Telling people and machines of incidents: who is told when, the outbox, and the channels out of the office."""
