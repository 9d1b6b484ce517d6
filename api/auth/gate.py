"""May they: holds people against their permissions and mandates, and puts refusals and views on the ledger."""

from __future__ import annotations

from typing import Final

from api.auth import journal, mandates
from api.auth.errors import ForbiddenError, MandateNeededError
from api.auth.mandates import Granted
from api.auth.once import Once
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.auth.store import Store
from custody.intervals import Interval
from custody.mandate import Mandate

REFUSED_EVERY_MS: Final = 60_000
VIEWED_EVERY_MS: Final = 10 * 60_000


class Gate:
    """Lets people through or not. Threads may share one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._refused = Once(REFUSED_EVERY_MS)
        self._viewed = Once(VIEWED_EVERY_MS)

    def expect(self, principal: Principal, permission: Permission, camera: str | None = None) -> None:
        """Let somebody do something with a camera, with the whole site where that is None.

        Raises ForbiddenError, which is on the ledger then.
        """
        if not principal.may(permission, camera):
            where = f"camera {camera}" if camera else f"the whole of {principal.site}"
            raise self._refusal(principal, permission, camera, where)

    def expect_some(self, principal: Principal, permission: Permission) -> None:
        """Let somebody do something with at least one camera. Raises ForbiddenError, which is on the ledger then."""
        if principal.cameras(permission) == frozenset():
            raise self._refusal(principal, permission, None, "any camera")

    def grant(
        self,
        principal: Principal,
        permission: Permission,
        cameras: tuple[str, ...],
        interval: Interval,
        mandate: Mandate,
    ) -> Granted:
        """Take down why somebody replays or exports footage, and what permits it.

        Raises UnknownCameraError, and ForbiddenError where the person lacks the permission for one of the cameras.
        """
        now_ms = self._store.now_ms()
        self._store.expect_cameras(cameras)
        for camera in cameras:
            self.expect(principal, permission, camera)
        granted = Granted(
            id=mandates.new_id(),
            mandate=mandate,
            permission=permission,
            cameras=tuple(sorted(set(cameras))),
            interval=interval,
            granted_at_ms=now_ms,
            expires_at_ms=now_ms + mandates.LASTS_MS,
        )
        self._store.journal.record(journal.access_granted(granted))
        with self._store.records.write() as connection:
            mandates.keep(connection, granted)
        return granted

    def mandate(self, principal: Principal, permission: Permission, camera: str, mandate: str | None) -> Granted:
        """Return the mandate under which somebody does something with a camera, by its id.

        Raises MandateNeededError, which is on the ledger then.
        """
        with self._store.records.read() as connection:
            granted = mandates.find(connection, mandate or "", principal.account, self._store.now_ms())
        if granted is None or not granted.covers(permission, camera):
            raise self._no_mandate(principal, permission, camera)
        return granted

    def replayed(self, principal: Principal, camera: str, interval: Interval, mandate: str | None) -> Granted:
        """Let somebody replay a stretch of footage, and put it on the ledger; return the mandate for it.

        Raises ForbiddenError, and MandateNeededError where no mandate holds all of it.
        """
        granted = self._held(principal, Permission.REPLAY, camera, interval, mandate)
        self._view(principal, camera, interval, granted.id)
        return granted

    def exported(self, principal: Principal, camera: str, interval: Interval, mandate: str | None) -> Granted:
        """Let somebody take out a stretch of footage, and put each time on the ledger; return the mandate for it.

        Raises ForbiddenError, and MandateNeededError where no mandate holds all of it.
        """
        granted = self._held(principal, Permission.EXPORT, camera, interval, mandate)
        now_ms = self._store.now_ms()
        self._store.journal.record(journal.footage_exported(now_ms, principal.account, camera, interval, granted.id))
        return granted

    def watched(self, principal: Principal, camera: str) -> None:
        """Let somebody watch a camera live, and put it on the ledger. Raises ForbiddenError."""
        self.expect(principal, Permission.VIEW, camera)
        self._view(principal, camera, None, None)

    def fetched(self, principal: Principal, package: str) -> None:
        """Put on the ledger that somebody takes a package of evidence along, each time."""
        entry = journal.evidence_fetched(self._store.now_ms(), principal.account, package)
        self._store.journal.record(entry)

    def _held(
        self, principal: Principal, permission: Permission, camera: str, interval: Interval, mandate: str | None
    ) -> Granted:
        """Return the mandate that holds all of a stretch."""
        self.expect(principal, permission, camera)
        granted = self.mandate(principal, permission, camera, mandate)
        if not granted.holds(interval):
            raise self._no_mandate(principal, permission, camera)
        return granted

    def _view(self, principal: Principal, camera: str, interval: Interval | None, mandate: str | None) -> None:
        now_ms = self._store.now_ms()
        if self._viewed.is_due((principal.account, camera, interval, mandate), now_ms):
            entry = journal.footage_viewed(now_ms, principal.account, camera, interval, mandate)
            self._store.journal.record(entry)

    def _refusal(
        self, principal: Principal, permission: Permission, camera: str | None, where: str
    ) -> ForbiddenError:
        self._note(principal, permission, camera, "permission")
        return ForbiddenError(
            f"{principal.account} lacks the permission {permission} for {where}; an administrator can grant it"
        )

    def _no_mandate(self, principal: Principal, permission: Permission, camera: str) -> MandateNeededError:
        self._note(principal, permission, camera, "mandate")
        return MandateNeededError(
            f"to {permission} footage of {camera}, say what for and which document permits it, for that camera and "
            "time: POST /api/v1/access/mandates"
        )

    def _note(self, principal: Principal, permission: Permission, camera: str | None, why: str) -> None:
        now_ms = self._store.now_ms()
        if self._refused.is_due((principal.account, permission, camera, why), now_ms):
            self._store.journal.record(journal.access_refused(now_ms, principal.account, permission, camera, why))
