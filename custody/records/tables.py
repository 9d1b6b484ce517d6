"""The tables of `records.sqlite`. Names and columns only: opening is `database`, each table has a module of its own.

    incidents      every incident as it stands, found by when, by which rule, where and in which state
    observations   what a camera said when that changed
    sightings      what was seen, from when to when; `gaps` when nobody could see: together a watch
    entries        of the ledger: number, kind, moment; `named` who and what stands in them; to be read there
    segments       the footage on the disk; what lies beside the files is the truth, and this can be made again
    expired        the stretches of which retention has deleted footage, as the ledger tells
    clips_due      the incidents whose clip is still to be cut
    changes        what has happened, in order, for those who follow it; pruned by age
    messages       the outbox: what is told of which incidents (`message_incidents`), to whom, and what came of it
    marks          how far something has come, as how much of the ledger the other tables know

Moments are UTC milliseconds. A body is a JSON object. Other packages add tables of their own to this `metadata`.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

metadata: Final = sa.MetaData()

FOUND_BY: Final = ("rule", "camera", "zone", "item", "state")
"""By what incidents are searched for, each alone or with any of the others."""

incidents: Final = sa.Table(
    "incidents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("camera", sa.Text),
    sa.Column("zone", sa.Text),
    sa.Column("item", sa.Text),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("after_hours", sa.Boolean, nullable=False),
    sa.Column("began_at_ms", sa.Integer, nullable=False),
    sa.Column("raised_at_ms", sa.Integer, nullable=False),
    sa.Column("ended_at_ms", sa.Integer),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
INCIDENT_INDEXES: Final = (
    ("item",),
    ("zone",),
    ("rule", "camera"),
    ("state", "camera"),
    ("state", "rule"),
    ("camera",),
    ("rule",),
    ("state",),
    (),
)
"""The columns that have an index. The first of which all are asked for is used: those of fewer incidents come first.

Each goes on in time, and has the other columns too, so that it is gone through without looking at the incidents.
"""

for _columns in INCIDENT_INDEXES:
    _others = [column for column in FOUND_BY if column not in _columns]
    _index = (*_columns, "raised_at_ms", "id", *_others)
    sa.Index("_".join(("incidents_by", *_columns, "time")), *(incidents.c[column] for column in _index))
sa.Index(
    "incidents_that_last",
    incidents.c.raised_at_ms,
    sqlite_where=incidents.c.ended_at_ms.is_(None),
    postgresql_where=incidents.c.ended_at_ms.is_(None),
)

observations: Final = sa.Table(
    "observations",
    metadata,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("captured_at_ms", sa.Integer, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    sqlite_with_rowid=False,
)

sightings: Final = sa.Table(
    "sightings",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("from_ms", sa.Integer, primary_key=True),
    sa.Column("to_ms", sa.Integer),
    sa.Column("camera", sa.Text),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("tracks", sa.JSON, nullable=False),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("incident", sa.Text),
    sqlite_with_rowid=False,
)
sa.Index("sightings_until", sightings.c.to_ms)
sa.Index("sightings_since", sightings.c.from_ms)
sa.Index("sightings_of_subject", sightings.c.subject, sightings.c.from_ms)

gaps: Final = sa.Table(
    "gaps",
    metadata,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("why", sa.Text, primary_key=True),
    sa.Column("from_ms", sa.Integer, primary_key=True),
    sa.Column("to_ms", sa.Integer),
    sqlite_with_rowid=False,
)
"""`place` is empty where the camera could see nothing at all."""
sa.Index("gaps_until", gaps.c.to_ms)
sa.Index("gaps_since", gaps.c.from_ms)

segments: Final = sa.Table(
    "segments",
    metadata,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("began_ms", sa.Integer, primary_key=True),
    sa.Column("ended_ms", sa.Integer, nullable=False),
    sa.Column("gap_cause", sa.Text),
    sa.Column("gap_began_ms", sa.Integer),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("plain_bytes", sa.Integer, nullable=False),
    sa.Column("held_by", sa.JSON, nullable=False),
    sa.Column("frames", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("mse_codec", sa.Text, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("init_bytes", sa.Integer, nullable=False),
    sa.Column("begins_run", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""`gap_cause` and `gap_began_ms` tell of the stretch without footage before a segment; null where there is none.

`begins_run`: it does not follow another without a gap. There are few, so that months are looked over quickly.
"""
sa.Index("segments_in_runs", segments.c.camera, segments.c.begins_run, segments.c.began_ms)
sa.Index("segments_by_age", segments.c.began_ms)
IS_HELD: Final = sa.text("held_by <> '[]'")
sa.Index("segments_held", segments.c.camera, segments.c.began_ms, sqlite_where=IS_HELD, postgresql_where=IS_HELD)

expired: Final = sa.Table(
    "expired",
    metadata,
    sa.Column("camera", sa.Text, primary_key=True),
    sa.Column("from_ms", sa.Integer, primary_key=True),
    sa.Column("to_ms", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

entries: Final = sa.Table(
    "entries",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at_ms", sa.Integer, nullable=False),
)
sa.Index("entries_of_kind", entries.c.kind, entries.c.seq)
sa.Index("entries_in_time", entries.c.at_ms)

named: Final = sa.Table(
    "named",
    metadata,
    sa.Column("as_what", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sqlite_with_rowid=False,
)

clips_due: Final = sa.Table(
    "clips_due",
    metadata,
    sa.Column("incident", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)

changes: Final = sa.Table(
    "changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at_ms", sa.Integer, nullable=False),
    sa.Column("camera", sa.Text),
    sa.Column("body", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)
sa.Index("changes_by_age", changes.c.at_ms)

marks: Final = sa.Table(
    "marks",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)

messages: Final = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("if_open", sa.Boolean, nullable=False),
    sa.Column("due_at_ms", sa.Integer, nullable=False),
    sa.Column("next_at_ms", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("failure", sa.Text),
    sa.Column("done_at_ms", sa.Integer),
    sqlite_autoincrement=True,
)
sa.Index("messages_to_send", messages.c.state, messages.c.destination, messages.c.next_at_ms)
sa.Index("messages_of_policy", messages.c.policy, messages.c.kind, messages.c.stage, messages.c.due_at_ms)
sa.Index("messages_by_age", messages.c.done_at_ms)

message_incidents: Final = sa.Table(
    "message_incidents",
    metadata,
    sa.Column("incident", sa.Text, primary_key=True),
    sa.Column("message", sa.Integer, sa.ForeignKey("messages.id"), primary_key=True),
    sqlite_with_rowid=False,
)
sa.Index("message_incidents_of_message", message_incidents.c.message)
