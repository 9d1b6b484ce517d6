"""Changing the site file of the running office: checked whole, written in one step, put in force, or not at all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.runtime.difference import values_of
from api.runtime.office import LiveOffice
from api.runtime.succession import changes_of, expect_successor
from api.settings import load_site
from api.site import Site
from api.sitefile.editing import Edit, EditError, edited, expect_no_new_variables
from custody.files import replace_file
from streams.addresses import pinned
from streams.errors import ForbiddenAddressError, SourceOfflineError

_ON_THE_MACHINE = "usb:"
_NETWORK = ("rtsp://", "rtsps://", "http://", "https://", _ON_THE_MACHINE)


class SettingsChangedError(Exception):
    """Somebody else has changed the site file meanwhile; the message says what to do."""


class NotWritableError(Exception):
    """The service may not write its site file; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What changes have come to, or would. digest: of the site file as it is now. warnings: of the one with them."""

    digest: str
    changes: Sequence[Mapping[str, Any]]
    warnings: tuple[str, ...]


class SiteEditor:
    """Makes one change at a time. Lives in the event loop of the core."""

    def __init__(self, office: LiveOffice) -> None:
        self._office = office
        self._turn = asyncio.Lock()

    async def edit(self, edits: Sequence[Edit], digest: str, by: str, *, dry_run: bool) -> Outcome:
        """Change the site file, and put it in force; only say what would change where it is a dry run.

        digest: of the file that whoever asks has seen. Raises SettingsChangedError where it is another one;
        EditError, SiteFileError and RequestError where the outcome could not be used; NotWritableError.
        """
        async with self._turn:
            before, path = self._office.site, self._office.site.path
            content = await asyncio.to_thread(path.read_bytes)
            after, written = await asyncio.to_thread(_checked, before, content, edits, digest)
            changes = changes_of(before, after)["changes"]
            if changes and not dry_run:
                await self._put_in_force(path, content, written, by)
            return Outcome(self._office.site.digest, changes, after.warnings)

    async def planned(self, edits: Sequence[Edit], digest: str) -> Site:
        """Return the site with these changes, which are not made. Raises what `edit` raises."""
        async with self._turn:
            before = self._office.site
            content = await asyncio.to_thread(before.path.read_bytes)
            after, _ = await asyncio.to_thread(_checked, before, content, edits, digest)
            return after

    async def _put_in_force(self, path: Path, before: bytes, after: bytes, by: str) -> None:
        await asyncio.to_thread(_write, path, after)
        try:
            await self._office.reload(by)
        except BaseException:
            await asyncio.to_thread(_write, path, before)
            raise


def _checked(before: Site, content: bytes, edits: Sequence[Edit], digest: str) -> tuple[Site, bytes]:
    """Return the site after the changes, and the bytes of its file."""
    current = load_site(before.path, os.environ, content)
    if digest != current.digest or current.digest != before.digest:
        raise SettingsChangedError(
            "the site file has been changed since you opened it, here or on the machine; load the page again"
        )
    written = edited(content.decode("utf-8-sig"), edits).encode()
    after = load_site(before.path, os.environ, written)
    expect_no_new_variables(values_of(before.text), values_of(after.text))
    expect_successor(before, after)
    _expect_cameras(before, after)
    return after, written


def _expect_cameras(before: Site, after: Site) -> None:
    """Expect that every new source is a camera, and not a file of the machine or what only the machine can reach."""
    known = {source for camera in before.cameras for source in (camera.source, camera.detect)}
    for camera in after.cameras:
        for source in (camera.source, camera.detect):
            if source is None or source in known:
                continue
            if not source.reveal().startswith(_NETWORK):
                raise EditError(
                    f"cameras.{camera.id}: a file of the machine is written into the site file on the machine; here, "
                    "name a network address or usb:N"
                )
            if not source.reveal().startswith(_ON_THE_MACHINE):
                _expect_allowed(camera.id, source.reveal())


def _expect_allowed(camera: str, url: str) -> None:
    try:
        pinned(url)
    except ForbiddenAddressError as error:
        raise EditError(f"cameras.{camera}: {error.reason}; {error.remedy}") from None
    except SourceOfflineError:
        return  # it may be switched off; it is looked up again when it is opened


def _write(path: Path, content: bytes) -> None:
    try:
        replace_file(path, content, path.stat().st_mode & 0o777)
    except OSError as error:
        raise NotWritableError(
            f"the service may not write its site file ({error.strerror}); change it on the machine, and give "
            "`kuraban reload`"
        ) from error
