"""The tables of people and permissions, in the database of records. Secrets are in them as digests only.

users      account, name, password (Argon2id), totp, subject at the identity provider
grants     account, role, site, camera ('' for the whole site)
sessions   digest of the cookie, account, when it began and was last seen, from which address
tokens     API tokens: id, digest, account, name, scopes, until when
cosigns    what a second person may do once: digest, session beside which it is, account, path, until when
mandates   who may replay or export what, why, on what authority, until when
attempts   failures in a row, by account and by address
first_code the digest of the code with which the first administrator is made
oidc_flows sign-ins that are under way at the identity provider
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from custody.records.tables import metadata


def _account(*, key: bool = False) -> sa.Column[str]:
    return sa.Column("account", sa.Text, sa.ForeignKey("users.account"), nullable=False, primary_key=key)


users: Final = sa.Table(
    "users",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password", sa.Text),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("totp_secret", sa.Text),
    sa.Column("totp_confirmed", sa.Boolean, nullable=False),
    sa.Column("totp_step", sa.Integer, nullable=False),
    sa.Column("subject", sa.Text, unique=True),
    sa.Column("made_at_ms", sa.Integer, nullable=False),
)
grants: Final = sa.Table(
    "grants",
    metadata,
    _account(key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("site", sa.Text, primary_key=True),
    sa.Column("camera", sa.Text, primary_key=True),
)
sessions: Final = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    _account(),
    sa.Column("began_at_ms", sa.Integer, nullable=False),
    sa.Column("seen_at_ms", sa.Integer, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Index("sessions_by_account", "account"),
)
tokens: Final = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    _account(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("made_at_ms", sa.Integer, nullable=False),
    sa.Column("expires_at_ms", sa.Integer, nullable=False),
    sa.Column("used_at_ms", sa.Integer),
    sa.Index("tokens_by_account", "account"),
)
cosigns: Final = sa.Table(
    "cosigns",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("session", sa.Text, nullable=False),
    _account(),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("expires_at_ms", sa.Integer, nullable=False),
)
mandates: Final = sa.Table(
    "mandates",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _account(),
    sa.Column("permission", sa.Text, nullable=False),
    sa.Column("cameras", sa.JSON, nullable=False),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("authority", sa.Text, nullable=False),
    sa.Column("granted_at_ms", sa.Integer, nullable=False),
    sa.Column("expires_at_ms", sa.Integer, nullable=False),
    sa.Index("mandates_by_account", "account", "expires_at_ms"),
)
attempts: Final = sa.Table(
    "attempts",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_ms", sa.Integer, nullable=False),
)
first_code: Final = sa.Table("first_code", metadata, sa.Column("digest", sa.Text, primary_key=True))
oidc_flows: Final = sa.Table(
    "oidc_flows",
    metadata,
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("verifier", sa.Text, nullable=False),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("began_at_ms", sa.Integer, nullable=False),
)
