"""An analysed folder: what an analysis keeps in it for later questions, and how that is read back.

    site.yaml     the site file as it was; passwords that stood in it are taken out
    watch.json    what the cameras saw and could not see
    ledger/       the entries of people, the incidents, the digests of the clips

Nothing but these is needed to investigate. The clips lie beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.outputs import write_text
from api.recording import LEDGER
from api.requests import RequestError
from api.secret import without_literals
from api.settings import Site, load_site
from api.sitefile.variables import placeholders
from custody.acts import ACTS
from custody.books import Books
from custody.entries import Entry, EntryError
from custody.explanations import Explanation, standings
from custody.hold_marks import Media
from custody.incidents import SealedClip, read_clips
from custody.ledger import LedgerReader
from custody.office import Office
from custody.raising import Raiser
from custody.reconcile import Reconciler
from custody.sightings import Watch
from custody.watch_file import WatchFileError, read_watch, watch_text
from vision.incidents import Incident, as_they_stand
from vision.items import ItemKind

SITE: Final = "site.yaml"
WATCH: Final = "watch.json"


@dataclass(frozen=True, slots=True)
class Folder:
    """All that an analysed folder says.

    explained: what people said of incidents, by their ids. clips: the sealed ones, each with the id of its incident.
    size: how many entries its ledger has. at_ms: UTC milliseconds of the newest thing that it tells of. unreadable:
    what could not be read, a sentence each.
    """

    path: Path
    site: Site
    watch: Watch
    books: Books
    incidents: tuple[Incident, ...]
    explained: Mapping[str, tuple[Explanation, ...]]
    clips: tuple[tuple[str | None, SealedClip], ...]
    size: int
    at_ms: int
    unreadable: tuple[str, ...]

    def kept(self) -> tuple[str, ...]:
        """Return what is in custody: by the site file and by the ledger, doors apart."""
        kinds = {item.id: item.kind for item in self.site.items.values()}
        kinds |= {item.item: item.kind for item in self.books.kept.values()}
        return tuple(item for item, kind in kinds.items() if kind is not ItemKind.DOOR)

    def media(self) -> tuple[Media, ...]:
        """Return its sealed clips; a name that leads out of the folder is none of them."""
        clips = [
            clip for _, clip in self.clips if (self.path / clip.file).resolve().is_relative_to(self.path.resolve())
        ]
        return tuple(Media(self.path / clip.file, clip.camera, clip.delivered) for clip in clips)

    def reconciler(self) -> Reconciler:
        """Return what holds its books against its watch, as of the newest thing that it tells of."""
        return Reconciler(self.books, self.watch, self.at_ms, self.site.custody, _raiser(self.site))


def keep_for_later(out: Path, site: Site, watch: Watch) -> None:
    """Keep what later questions need. Raises RequestError where the site file was changed during the analysis."""
    written = site.path.read_bytes()
    if hashlib.sha256(written).hexdigest() != site.digest:
        raise RequestError(f"{site.path} was changed while it was in use; analyse again into a new folder")
    write_text(out / SITE, without_literals(written.decode()))
    write_text(out / WATCH, watch_text(watch, site.id))


def read_folder(path: Path) -> Folder:
    """Read an analysed folder.

    Raises RequestError where it is none, LedgerError and SiteFileError where its ledger or its site file cannot be
    read. An entry whose body is not what its kind needs is passed over and told of.
    """
    site = site_of(path)
    watch = _watch(path, site)
    with LedgerReader.read(path / LEDGER) as ledger:
        entries = list(ledger)
    unreadable: list[str] = []
    legible = [entry for entry in entries if _is_legible(entry, unreadable)]
    office, judged = _judged(site, entries)
    stand = standings(legible)
    return Folder(
        path=path,
        site=site,
        watch=watch,
        books=office.books,
        incidents=as_they_stand([*judged, *(standing.incident for standing in stand.values())]),
        explained={incident: standing.explanations for incident, standing in stand.items()},
        clips=read_clips(legible),
        size=len(entries),
        at_ms=max([office.at_ms, watch.last_ms, *(entry.at_ms for entry in entries)]),
        unreadable=(*unreadable, *(str(i.why["fact"]) for i in judged if i.rule == "entry_unreadable")),
    )


def _judged(site: Site, entries: Iterable[Entry]) -> tuple[Office, list[Incident]]:
    """Return the office after what people signed, and what that raised.

    What the analysis wrote down is not judged again: it stands behind what was signed later, and rightly so.
    """
    office = Office(site.custody, _raiser(site))
    return office, [raised for entry in entries if entry.kind in ACTS for raised in office.take(entry)]


def _raiser(site: Site) -> Raiser:
    return Raiser(site.id, site.hours)


def site_of(path: Path) -> Site:
    """Return the site of an analysed folder, as its file was. Raises RequestError, SiteFileError."""
    kept = path / SITE
    text = _read(kept)
    return load_site(kept, placeholders(text))


def _watch(path: Path, site: Site) -> Watch:
    kept = path / WATCH
    try:
        return read_watch(_read(kept), str(kept), site.id)
    except WatchFileError as error:
        raise RequestError(str(error)) from error


def _read(kept: Path) -> str:
    try:
        return kept.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RequestError(
            f"there is no {kept.name} in {kept.parent}: name a folder that `kuraban analyze --out` has written"
        ) from error
    except UnicodeDecodeError as error:
        raise RequestError(f"{kept} is no text; analyse the clips again into a new folder") from error


def _is_legible(entry: Entry, unreadable: list[str]) -> bool:
    """Tell whether what an entry says of an incident or a clip can be read; keep in mind why not."""
    try:
        standings([entry])
        read_clips([entry])
    except EntryError as error:
        unreadable.append(str(error))
        return False
    return True
