"""Which site files may be put in force, and what one changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.requests import RequestError
from api.runtime.difference import differences
from api.site import Site
from streams.source import is_live


def expect_cameras(site: Site) -> None:
    """Expect sources that can be watched live. Raises RequestError, which names the cameras whose source cannot."""
    recordings = [camera.id for camera in site.cameras if not is_live(camera.source.reveal())]
    if recordings:
        raise RequestError(
            f"{site.path}: the source of {', '.join(recordings)} is a recording, which ends; write replay:FILE to "
            "play it as a camera, or analyse it with `kuraban analyze`"
        )


def expect_successor(before: Site, after: Site) -> None:
    """Expect a site file that may follow another one in a running office. Raises RequestError."""
    if after.id != before.id:
        raise RequestError(
            f"{after.path}: site.id has changed from {before.id} to {after.id}, and this folder is of {before.id}: "
            "change it back, or serve another --data"
        )
    expect_cameras(after)


def changes_of(before: Site, after: Site) -> Mapping[str, Any]:
    """Return the body of the entry `settings.changed`: both digests, and every key that has changed."""
    changes = differences(before.text, after.text)
    return {"setting": "site_file", "from": before.digest, "to": after.digest, "changes": changes}
