"""Random moments of an office: people doing something where people may be, things lying where things may lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sample_footage.render.activities import Spot, random_activity
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Floats, Placement, Point, as_point
from sample_footage.render.posing import pose_body
from sample_footage.render.scene import VisibleThing, visible_item, visible_person
from sample_footage.render.things import catalogue
from sample_footage.render.things.thing import Thing

Outline = Sequence[Point]
"""The four corners of a level top, in order around it."""

TRIES = 12
"""So often a free place is looked for before a thing is left out."""


def random_people(
    rng: np.random.Generator, bodies: Sequence[DressedBody], spots: Sequence[Spot]
) -> Iterator[VisibleThing]:
    """Put each body at a spot of its own, doing something; bodies for whom there is no spot are left out."""
    taken = rng.permutation(len(spots))[: len(bodies)]
    for number, (body, spot) in enumerate(zip(bodies, (spots[i] for i in taken), strict=False)):
        activity = random_activity(rng, body, spot)
        posed = pose_body(body, activity.pose)
        yield visible_person(f"person-{number}", posed)
        where = activity.held_by(posed)
        if activity.held and where:
            yield visible_item(f"held-{number}", activity.held.kind, activity.held.mesh.moved(where))


def random_things(rng: np.random.Generator, tops: Sequence[Outline], crowded: float = 1.0) -> Iterator[VisibleThing]:
    """Lay terminals, cards and clutter on tops; about five on each where `crowded` is 1."""
    for top_number, top in enumerate(tops):
        things = [_any_thing(rng) for _ in range(rng.poisson(5 * crowded))]
        for number, (thing, where) in enumerate(lay(rng, things, top)):
            yield visible_item(f"thing-{top_number}-{number}", thing.kind, thing.mesh.moved(where))


def lay(rng: np.random.Generator, things: Sequence[Thing], top: Outline) -> Iterator[tuple[Thing, Placement]]:
    """Lay things on a top at random, none upon another; those that find no room are left out."""
    corners = np.asarray(top, float)
    laid: list[tuple[Floats, float]] = []
    for thing in things:
        for _ in range(TRIES):
            where = _on(corners, thing.radius_m, rng)
            if all(np.linalg.norm(where - other) > thing.radius_m + room for other, room in laid):
                laid.append((where, thing.radius_m))
                yield thing, Placement(as_point(where), float(rng.uniform(-np.pi, np.pi)))
                break


def _on(corners: Floats, radius: float, rng: np.random.Generator) -> Floats:
    """Draw a point of a four-cornered top, `radius` from its edges, or midway where it is narrow."""
    along, across = corners[1] - corners[0], corners[3] - corners[0]
    shares = []
    for edge in (along, across):
        margin = min(radius / float(np.linalg.norm(edge)), 0.5)
        shares.append(rng.uniform(margin, 1 - margin))
    return np.asarray(corners[0] + shares[0] * along + shares[1] * across)


def _any_thing(rng: np.random.Generator) -> Thing:
    draws = list(_ON_TOPS)
    return draws[int(rng.choice(len(draws), p=list(_ON_TOPS.values())))](rng)


_ON_TOPS: Mapping[catalogue.Draw, float] = {
    catalogue.terminal: 0.24,
    catalogue.cards: 0.22,
    catalogue.bag: 0.08,
    catalogue.umbrella: 0.02,
    catalogue.parcel: 0.04,
    catalogue.desk_clutter: 0.4,
}
"""What lies on a top, and how often."""
