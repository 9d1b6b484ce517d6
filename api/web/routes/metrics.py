"""`/api/v1/metrics`: what Prometheus scrapes, with an API token of the scope `view`.

Not open to the machine itself without one: behind a proxy that nobody has named, everybody seems to be that.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.web.given import Office
from api.web.metrics import metrics_of

router = APIRouter(tags=["service"])

Viewer = Annotated[Principal, Depends(needs(Permission.VIEW))]

_TEXT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The text format of Prometheus."}
}


@router.get("/metrics", response_class=Response, responses=_TEXT)
def metrics(office: Office, _who: Viewer) -> Response:
    """Measure how cameras, ledger, database, disk and process fare."""
    return Response(generate_latest(metrics_of(office)), media_type=CONTENT_TYPE_LATEST)
