"""`/api/v1/settings`, `/zones`, `/slots`: the site file, read and changed by those who may configure.

A change is checked whole, written into the file with all its comments, put in force, and is on the ledger as a
difference, or nothing of it happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Depends, Query

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.rehearsal import LONGEST_MS, rehearse
from api.runtime.difference import plain
from api.site_editor import Outcome, SiteEditor
from api.sitefile.editing import Edit, EditError
from api.web import forms
from api.web.given import Editor, Office, RunningJobs
from api.web.jobs import Tell
from api.web.models.base import Id, Page, ms_of
from api.web.models.jobs import JobAnswer
from api.web.models.settings import (
    Digest,
    EditingAsked,
    RehearsalAsked,
    SettingsAnswer,
    SettingsChange,
    SlotAsked,
    ValueChange,
    ZoneAsked,
)
from api.web.models.site import SlotAnswer, ZoneAnswer
from api.web.problems import documented

router = APIRouter(tags=["settings"])

SomeViewer = Annotated[Principal, Depends(needs(Permission.VIEW, some=True))]
Configurer = Annotated[Principal, Depends(needs(Permission.CONFIGURE))]
Seen = Annotated[Digest, Query()]
DryRun = Annotated[bool, Query(description="Only say what would change.")]

_REFUSED = documented(HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)


@router.get("/settings")
def settings(office: Office, _who: Configurer) -> SettingsAnswer:
    """Show the site file in force, without passwords."""
    site = office.site
    values = {section: plain(value) for section, value in yaml.safe_load(site.text).items()}
    return SettingsAnswer(digest=site.digest, values=values, text=site.text, warnings=list(site.warnings))


@router.patch("/settings", responses=_REFUSED)
async def change(editor: Editor, who: Configurer, asked: EditingAsked) -> SettingsChange:
    """Change values of the site file together, or say what that would change."""
    edits = [Edit(tuple(one.path), one.value) for one in asked.edits]
    return await _edited(editor, who, edits, asked.digest, dry_run=asked.dry_run)


@router.post("/settings/rehearsal", status_code=HTTPStatus.ACCEPTED, responses=_REFUSED)
async def rehearsal(
    office: Office, editor: Editor, jobs: RunningJobs, who: Configurer, asked: RehearsalAsked
) -> JobAnswer:
    """Say, as a job, what would have been raised in a stretch of the past with these changes, and what was.

    Its result has `would` and `was`, how many by rule, and under `incidents` the first 200 that would have been.
    """
    stretch = (ms_of(asked.start), ms_of(asked.end))
    if not 0 < stretch[1] - stretch[0] <= LONGEST_MS:
        raise EditError("a rehearsal is of a day at most, from its start to its end; name another stretch")
    site = await editor.planned([Edit(tuple(one.path), one.value) for one in asked.edits], asked.digest)

    def work(tell: Tell) -> Mapping[str, Any]:
        return rehearse(office.records, site, stretch, tell).as_json(site)

    return JobAnswer.of(jobs.begin("settings.rehearsal", who.account, work), office.site.timezone)


@router.get("/zones")
def zones(office: Office, who: SomeViewer) -> Page[ZoneAnswer]:
    """List the zones of the cameras that may be seen, each as often as a camera sees it."""
    seen = [camera for camera in office.site.cameras if who.may(Permission.VIEW, camera.id)]
    return Page(items=[zone for camera in seen for zone in forms.zones_of(camera)])


@router.get("/slots")
def slots(office: Office, who: SomeViewer) -> Page[SlotAnswer]:
    """List the slots of the cameras that may be seen, each as often as a camera sees it."""
    seen = [camera for camera in office.site.cameras if who.may(Permission.VIEW, camera.id)]
    return Page(items=[slot for camera in seen for slot in forms.slots_of(camera)])


@router.put("/cameras/{camera}/zones/{zone}", responses=_REFUSED)
async def put_zone(
    editor: Editor,
    who: Configurer,
    camera: Id,
    zone: Id,
    asked: ZoneAsked,
    digest: Seen,
    *,
    dry_run: DryRun = False,
) -> SettingsChange:
    """Draw a zone into a camera's view, or draw it anew."""
    value = asked.model_dump(mode="json", exclude_none=True)
    return await _edited(editor, who, [_of_camera(camera, "zones", zone, value)], digest, dry_run=dry_run)


@router.delete("/cameras/{camera}/zones/{zone}", responses=_REFUSED)
async def remove_zone(
    editor: Editor, who: Configurer, camera: Id, zone: Id, digest: Seen, *, dry_run: DryRun = False
) -> SettingsChange:
    """Take a zone out of a camera's view."""
    return await _edited(editor, who, [_of_camera(camera, "zones", zone, None)], digest, dry_run=dry_run)


@router.put("/cameras/{camera}/slots/{slot}", responses=_REFUSED)
async def put_slot(
    editor: Editor,
    who: Configurer,
    camera: Id,
    slot: Id,
    asked: SlotAsked,
    digest: Seen,
    *,
    dry_run: DryRun = False,
) -> SettingsChange:
    """Draw an item's place into a camera's view, or draw it anew."""
    value = asked.model_dump(mode="json", exclude_none=True)
    return await _edited(editor, who, [_of_camera(camera, "slots", slot, value)], digest, dry_run=dry_run)


@router.delete("/cameras/{camera}/slots/{slot}", responses=_REFUSED)
async def remove_slot(
    editor: Editor, who: Configurer, camera: Id, slot: Id, digest: Seen, *, dry_run: DryRun = False
) -> SettingsChange:
    """Take an item's place out of a camera's view."""
    return await _edited(editor, who, [_of_camera(camera, "slots", slot, None)], digest, dry_run=dry_run)


def _of_camera(camera: str, section: str, name: str, value: Any) -> Edit:
    return Edit(("cameras", camera, section, name), value)


async def _edited(
    editor: SiteEditor, who: Principal, edits: Sequence[Edit], digest: str, *, dry_run: bool
) -> SettingsChange:
    outcome = await editor.edit(edits, digest, who.account, dry_run=dry_run)
    return _answer(outcome, in_force=not dry_run)


def _answer(outcome: Outcome, *, in_force: bool) -> SettingsChange:
    return SettingsChange(
        digest=outcome.digest,
        in_force=in_force,
        changes=[ValueChange(key=one["key"], was=one["from"], becomes=one["to"]) for one in outcome.changes],
        warnings=list(outcome.warnings),
    )
