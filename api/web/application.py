"""The HTTP application: routes, their description, errors, headers and the page, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import FastAPI

from api.auth import grant_routes, oidc_routes, user_routes
from api.auth import routes as access_routes
from api.auth.access import Access
from api.auth.needs import undeclared
from api.auth.store import Store
from api.runtime.office import LiveOffice
from api.web import problems
from api.web.body_limit import BodyLimit
from api.web.description import describe
from api.web.given import give
from api.web.headers import API, ResponseHeaders
from api.web.page import BUILT, serve_page
from api.web.request_log import RequestLog
from api.web.routes import (
    acts,
    alerts,
    cameras,
    cases,
    changes,
    closing,
    compliance,
    counts,
    discovery,
    drills,
    evidence,
    footage,
    footage_pictures,
    health,
    incidents,
    investigation,
    items,
    jobs,
    ledger,
    live,
    metrics,
    overlay,
    overview,
    settings,
    site,
    trials,
)

PREFIX: Final = f"{API}v1"

ROUTERS: Final = (
    health.router,
    metrics.router,
    access_routes.router,
    oidc_routes.router,
    grant_routes.router,
    user_routes.router,
    site.router,
    cameras.router,
    settings.router,
    trials.router,
    items.router,
    counts.router,
    acts.router,
    closing.router,
    compliance.router,
    footage.router,
    footage_pictures.router,
    live.router,
    overlay.router,
    overview.router,
    changes.router,
    incidents.router,
    cases.router,
    evidence.router,
    investigation.router,
    alerts.router,
    drills.router,
    discovery.router,
    ledger.router,
    jobs.router,
)


def access_to(office: LiveOffice) -> Access:
    """Return who may do what in an office, by its own database, ledger, site file and clock."""
    return Access(Store(office.records, office.ledger, lambda: office.site, office.now_ms))


def make_application(office: LiveOffice, access: Access, page: Path = BUILT) -> FastAPI:
    """Return the application of a running office. page: the folder of the built page; none is served without it.

    Import this module before opening the office: the tables of accounts are then made with the others.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    give(app, office)
    app.state.access = access
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    describe(app, f"{PREFIX}/openapi.json")
    if missing := undeclared(app):
        raise TypeError(f"these routes do not say once what they need: {', '.join(missing)}")
    serve_page(app, page)
    app.add_middleware(BodyLimit)
    app.add_middleware(ResponseHeaders)
    app.add_middleware(RequestLog)  # the last one added is the outermost
    return app
