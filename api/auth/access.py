"""People and permissions of one site, joined: what the web is handed."""

from __future__ import annotations

from api.auth.first import new_first_code
from api.auth.gate import Gate
from api.auth.identity import Identity
from api.auth.people import People
from api.auth.sessions import Limits
from api.auth.sign_in import SignIn
from api.auth.store import Store


class Access:
    """Its parts: who is it, may they, signing in, and changing accounts. Threads may share one."""

    def __init__(self, store: Store, limits: Limits | None = None) -> None:
        self.store = store
        self.identity = Identity(store, limits or Limits())
        self.gate = Gate(store)
        self.sign_in = SignIn(store)
        self.people = People(store)

    def first_code(self) -> str | None:
        """Return the code for the first administrator, to be printed at start; None where there are accounts."""
        return new_first_code(self.store)
