"""What a route needs, declared where the route stands: `Depends(needs(Permission.VIEW, camera="camera"))`.

Each route has exactly one such declaration; `undeclared` finds those that have none, and an application that has one
does not start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.requests import HTTPConnection

from api.auth.access import Access
from api.auth.errors import PasswordChangeNeededError
from api.auth.mandates import HEADER, PARAMETER
from api.auth.permissions import NEEDS_MANDATE, Permission
from api.auth.principal import Principal


class Needs:
    """A dependency that lets a request through and gives its principal, or raises an AccessError.

    permission: None for what anybody who is signed in may do. camera: the parameter, in path or query, that names the
    camera; None: the permission must be for the whole site. some: one camera is enough, and the handler gives no more
    than `principal.cameras(permission)`. mandate: whether replay and export ask for the id of one; not where the
    request itself has reason and authority, or the handler asks, because it knows the camera only then.
    """

    def __init__(
        self, permission: Permission | None, *, camera: str | None = None, some: bool = False, mandate: bool = True
    ) -> None:
        self.permission = permission
        self.camera = camera
        self.some = some
        self.mandate = mandate and permission in NEEDS_MANDATE
        if self.mandate and camera is None:
            raise ValueError(f"a route that needs {permission} and a mandate names its camera, or sets mandate=False")

    def __call__(self, connection: HTTPConnection) -> Principal:
        """Return who asks, where they may."""
        access = access_of(connection)
        principal = access.identity.of(connection)
        if self.permission is None:
            return principal
        if principal.must_change:
            raise PasswordChangeNeededError("somebody else has set your password; choose one of your own first")
        if self.some:
            access.gate.expect_some(principal, self.permission)
            return principal
        camera = self._camera(connection)
        access.gate.expect(principal, self.permission, camera)
        if self.mandate and camera is not None:
            access.gate.mandate(principal, self.permission, camera, mandate_of(connection))
        return principal

    def _camera(self, connection: HTTPConnection) -> str | None:
        if self.camera is None:
            return None
        named = connection.path_params.get(self.camera) or connection.query_params.get(self.camera)
        return None if named is None else str(named)


class Public:
    """A dependency that lets everybody through: for signing in, and for what says whether the service is alive."""

    def __call__(self) -> None:
        """Let it through."""


Declaration = Needs | Public


def needs(permission: Permission, *, camera: str | None = None, some: bool = False, mandate: bool = True) -> Needs:
    """Return what lets through who has a permission; the arguments are those of `Needs`."""
    return Needs(permission, camera=camera, some=some, mandate=mandate)


def signed_in() -> Needs:
    """Return what lets through everybody who is signed in, for what concerns only the person."""
    return Needs(None)


def public() -> Public:
    """Return what lets everybody through."""
    return Public()


def access_of(connection: HTTPConnection) -> Access:
    """Return the access of the application that a request came to."""
    return cast("Access", connection.app.state.access)


def mandate_of(connection: HTTPConnection) -> str | None:
    """Return the id of the mandate that a request names, None where it names none."""
    return connection.headers.get(HEADER) or connection.query_params.get(PARAMETER)


def declarations(app: FastAPI) -> Iterator[tuple[str, str, tuple[Declaration, ...]]]:
    """Give each route of an application: its methods, its path, and what it declares."""
    for route in iter_route_contexts(app.routes):
        methods = ",".join(sorted(route.methods or {"WEBSOCKET"}))
        yield methods, str(route.path), tuple(_declared(getattr(route, "dependant", None)))


def undeclared(app: FastAPI, but: frozenset[str] = frozenset()) -> list[str]:
    """Return the routes that do not declare exactly one thing that they need. but: paths that need not."""
    return [f"{methods} {path}" for methods, path, found in declarations(app) if len(found) != 1 and path not in but]


def _declared(dependant: Dependant | None) -> Iterator[Declaration]:
    for dependency in dependant.dependencies if dependant else ():
        call: Any = dependency.call
        if isinstance(call, Needs | Public):
            yield call
        yield from _declared(dependency)
