"""An investigation, and when items were last seen: as lines for people and as JSON for programs.

What is found is decided in `custody`; here it gets local times, names, and the footage that shows it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.findings_words import FindingsWords, findings_words
from api.folder import Folder
from api.language import Language
from api.recording import LEAD_MS
from api.words import words
from custody.books import Counted
from custody.clues import INCIDENTS, Fact
from custody.explanations import Explanation
from custody.footage import Footage, footage_at, footage_of
from custody.intervals import Interval, length_ms
from custody.investigate import Investigation
from custody.last_seen import LastSeen
from custody.telling import told
from vision.incidents import Incident, local_time


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a folder, ready to be told."""

    folder: Folder
    language: Language

    @property
    def words(self) -> FindingsWords:
        """The words of the language."""
        return findings_words(self.language)

    def json_of(self, found: Investigation) -> dict[str, Any]:
        """Return an investigation as JSON values; facts in their order, each with its rank from 1."""
        ranks = {fact: rank for rank, fact in enumerate(found.ranked, 1)}
        window = found.window
        return {
            "site": self.folder.site.id,
            "item": window.item,
            "from": self._time(window.from_ms),
            "to": self._time(window.disagreement.at_ms),
            "last_agreed": None if window.last_agreed is None else window.last_agreed.seq,
            "disagreement": window.disagreement.seq,
            "unseen_share": round(found.unseen_share, 6),
            "unseen": [self._interval(stretch) for stretch in found.unseen],
            "facts": [{"rank": ranks[fact], **self._fact_json(fact)} for fact in found.facts],
        }

    def lines_of(self, found: Investigation) -> Iterator[str]:
        """Give an investigation as lines, the best explanation first."""
        yield from self._head(found)
        if not found.facts:
            yield self._say("no_facts")
            return
        yield self._say("order")
        for rank, fact in enumerate(found.ranked, 1):
            yield f"{rank:3}. [{fact.weight:3}] {self._span((fact.from_ms, fact.to_ms))}  {self._what(fact)}"
            yield from (f"           {line}" for line in self._details(fact))

    def last_seen_json(self, seen: LastSeen) -> dict[str, Any]:
        """Return when an item was last seen, as JSON values."""
        return {
            "item": seen.item,
            "at": self._time(seen.at_ms),
            "camera": seen.camera,
            "slot": seen.slot,
            "footage": [self._footage_json(footage) for footage in self._last_footage(seen)],
        }

    def lines_of_last_seen(self, seen: Iterable[LastSeen], never: Iterable[str]) -> Iterator[str]:
        """Give when each item was last seen as lines, and then which were never seen."""
        for one in seen:
            at = self._clock(one.at_ms)
            yield self._say("seen", item=self.named(one.item), at=at, camera=one.camera, slot=one.slot)
            yield from (f"    {self._footage_line(footage)}" for footage in self._last_footage(one))
        yield from (self._say("never", item=self.named(item)) for item in never)

    def named(self, item: str) -> str:
        """Return an item's id with its name."""
        known = self.folder.site.items.get(item)
        registered = self.folder.books.items.get(item)
        name = known.name if known is not None else registered.name if registered is not None else item
        return item if name == item else f"{item} {name}"

    def _head(self, found: Investigation) -> Iterator[str]:
        window = found.window
        counts = {c.written.seq: c for c in self.folder.books.counts(self.folder.books.subject_of(window.item))}
        yield self._say("title", item=self.named(window.item))
        yield self._say("window", span=self._span(window.interval))
        agreed = None if window.last_agreed is None else counts[window.last_agreed.seq]
        yield self._say("never_agreed") if agreed is None else self._count("agreed", agreed)
        yield self._count("counted", counts[window.disagreement.seq])
        hours = str(timedelta(seconds=round(length_ms(found.unseen) / 1000)))
        share = math.floor(found.unseen_share * 10_000) / 10_000  # all of it is said only where it is all
        yield self._say("unseen", share=f"{share:.2%}", hours=hours)

    def _count(self, label: str, counted: Counted) -> str:
        numbers = "/".join(str(number) for number in dict.fromkeys(counted.count.numbers))
        names = ", ".join(counted.written.signed.names)
        return self._say(label, entry=counted.written.seq, number=numbers, expected=counted.expected, names=names)

    def _what(self, fact: Fact) -> str:
        """Return what a fact is: told by its rule where an incident is all that tells of it."""
        incident, subject = self._incident(fact), self.named(fact.subject)
        if incident is not None and incident.rule in INCIDENTS:
            return f"{words(self.language).rule(incident.rule)}: {subject}"
        return self.words.clues[fact.clue].format(subject=subject)

    def _details(self, fact: Fact) -> Iterator[str]:
        sentence = self._sentence(fact)
        if sentence is not None:
            yield sentence
        if fact.entry is not None:
            yield self._say("entry", entry=fact.entry)
        yield from (self._explained(said) for said in self._explanations(fact))
        if fact.logged:
            yield self._say("logged", names=", ".join(fact.logged))
        if fact.present:
            yield self._say("present", tracks=", ".join(fact.present))
        footage = self._footage(fact)
        yield from (self._footage_line(one) for one in footage)
        if not footage:
            yield self._say("no_footage")

    def _sentence(self, fact: Fact) -> str | None:
        """Return what is known more closely: in English as it was found, in Japanese where its incident has words."""
        if self.language == "en":
            return fact.says
        incident = self._incident(fact)
        return None if incident is None else told(incident, self.language, self.folder.site.timezone)

    def _incident(self, fact: Fact) -> Incident | None:
        return next((i for i in self.folder.incidents if i.id == fact.incident), None)

    def _explanations(self, fact: Fact) -> tuple[Explanation, ...]:
        return self.folder.explained.get(fact.incident or "", ())

    def _explained(self, said: Explanation) -> str:
        cause = self.words.causes[said.cause].format(moved_by=said.moved_by)
        note = f" ({said.note})" if said.note else ""
        return self._say("explained", cause=cause, by=said.by, at=self._clock(said.at_ms), note=note)

    def _footage(self, fact: Fact) -> tuple[Footage, ...]:
        return footage_of(fact, self.folder.clips, self.folder.watch, LEAD_MS)

    def _last_footage(self, seen: LastSeen) -> tuple[Footage, ...]:
        if seen.camera is None:
            return ()
        then = (seen.at_ms, seen.at_ms)
        return footage_at(seen.camera, then, self.folder.clips, self.folder.watch, LEAD_MS)

    def _footage_line(self, footage: Footage) -> str:
        label = "cut" if footage.file is None else "clip"
        span = self._span((footage.from_ms, footage.to_ms))
        return self._say(label, file=footage.file, camera=footage.camera, span=span)

    def _fact_json(self, fact: Fact) -> dict[str, Any]:
        return {
            "clue": fact.clue.value,
            "weight": fact.weight,
            "subject": fact.subject,
            "from": self._time(fact.from_ms),
            "to": self._time(fact.to_ms),
            "camera": fact.camera,
            "says": fact.says,
            "logged": list(fact.logged),
            "present": list(fact.present),
            "entry": fact.entry,
            "incident": fact.incident,
            "explanations": [self._explanation_json(said) for said in self._explanations(fact)],
            "footage": [self._footage_json(footage) for footage in self._footage(fact)],
        }

    def _explanation_json(self, said: Explanation) -> Mapping[str, Any]:
        word = {"cause": said.cause.value, "moved_by": said.moved_by, "note": said.note}
        return {**word, "by": said.by, "at": self._time(said.at_ms)}

    def _footage_json(self, footage: Footage) -> Mapping[str, Any]:
        interval = self._interval((footage.from_ms, footage.to_ms))
        return {"camera": footage.camera, **interval, "file": footage.file}

    def _interval(self, stretch: Interval) -> Mapping[str, str]:
        return {"from": self._time(stretch[0]), "to": self._time(stretch[1])}

    def _time(self, at_ms: int) -> str:
        return local_time(at_ms, self.folder.site.timezone)

    def _clock(self, at_ms: int) -> str:
        return self._time(at_ms)[:19].replace("T", " ")

    def _span(self, stretch: Interval) -> str:
        """Return a stretch to the second; the day of its end is told where it is another one."""
        began, ended = map(self._clock, stretch)
        if began == ended:
            return began
        return self._say("to", began=began, ended=ended.removeprefix(began[:11]))

    def _say(self, label: str, **values: object) -> str:
        return self.words.labels[label].format(**values)
