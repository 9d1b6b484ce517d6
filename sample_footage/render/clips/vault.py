"""The vault opened by two who handle cards there and lock it; then by one alone, left open, and locked again.

Kuraban asks for two at the vault. The second time is what it must tell: one alone, and a door that stands open.
"""

from __future__ import annotations

from sample_footage.render.blocking import Blocking, Part, Spot
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.geometry import Placement
from sample_footage.render.items import Custody
from sample_footage.render.lighting import day, steady
from sample_footage.render.looks import Clothes, Look
from sample_footage.render.offices import OFFICES
from sample_footage.render.props import Prop
from sample_footage.render.scene import Story
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan
from sample_footage.render.things.cards import BOX_COLOURS, CardBox
from sample_footage.render.things.terminals import CASINGS, Terminal

OFFICE = OFFICES["long-hall"]
DURATION_S = 68.0

CUSTODIAN = Look("male", 1.69, age_years=55, hair="receding", clothes=Clothes(over="vest", tie=True), seed=11)
WITNESS = Look(
    "female",
    1.57,
    age_years=31,
    hair="ponytail",
    clothes=Clothes(over="cardigan"),
    seed=12,
    colours={"over": (0.22, 0.05, 0.06)},
)
ALONE = Look("female", 1.63, age_years=40, hair="bob", seed=13, colours={"shirt": (0.45, 0.55, 0.70)})

FROM_THE_DESKS: Spot = (7.2, 5.2)
"""Out of the vault camera's view, on the way from the desks and the staff door."""

BESIDE_THE_VAULT: Spot = (10.1, 4.6)
BEFORE_THE_LEAF = Placement((10.45, 5.55, 0.0))
"""Beyond the way of the door's leaf, facing the vault."""


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell it through the camera over the vault."""
    scene = Blocking(OFFICE)
    cards = _fill(scene)
    custodian = scene.part("custodian", wardrobe(CUSTODIAN), FROM_THE_DESKS, "staff")
    witness = scene.part("witness", wardrobe(WITNESS), (7.6, 5.6), "staff")
    _two_handle_cards(custodian, witness, cards)
    alone = scene.part("clerk", wardrobe(ALONE), FROM_THE_DESKS, "staff", enters_s=custodian.now_s)
    _one_leaves_it_open(alone, cards)
    return [
        Story(
            name="vault",
            start="2018-02-28T10:30:00+09:00",
            duration_s=DURATION_S,
            fps=10,
            stage=Stage(OFFICE, steady(day(OFFICE, 0.7)), vault_door=scene.door.keys),
            filming=CameraPlan("vault", OFFICE.cameras["vault"], ("vault-area", "office", "vault-door")),
            actors=scene.actors(DURATION_S),
            items=scene.items(),
            rules={"vault_open": {"after_s": 20}},
            note="minutes are told in seconds: the vault may stand open for 20 s",
        )
    ]


def _fill(scene: Blocking) -> Prop:
    """Put cards and terminals into the vault; the batch that is handled."""
    for name, colour, shelf in (("B-0226", 4, "shelf-3-2"), ("B-0227", 5, "shelf-2-1")):
        scene.lay(name, "cards", CardBox((1.0, 0.7), colour=BOX_COLOURS[colour]).mesh(), shelf)
    scene.terminal("T-01", Terminal(casing=CASINGS[1]), "shelf-2-2", open_=False)
    batch = CardBox((1.0, 0.4))
    return scene.lay("B-0228", "cards", batch.mesh(), "shelf-3-1", custody=Custody("交付前カード", expected=52))


def _two_handle_cards(custodian: Part, witness: Part, cards: Prop) -> None:
    """One opens and locks, the other takes out cards and shuts the door; each is there all the time."""
    custodian.open_vault(via=[BESIDE_THE_VAULT], speed_mps=1.3)
    witness.walk_to(BEFORE_THE_LEAF, via=[(9.2, 5.4)], speed_mps=1.3)
    witness.wait_until(custodian.now_s)
    witness.walk_to("vault-front")
    witness.take(cards)
    witness.wait(1.5)
    witness.put(cards, "shelf-3-1")
    witness.shut_vault()
    custodian.wait_until(witness.now_s)
    custodian.lock_vault()
    witness.wait_until(custodian.now_s)
    custodian.leave("staff-door", via=[BESIDE_THE_VAULT, FROM_THE_DESKS], speed_mps=1.3)
    witness.walk_to((6.5, 4.6), via=[(9.2, 5.4)], speed_mps=1.3)


def _one_leaves_it_open(clerk: Part, cards: Prop) -> None:
    """Take the cards out alone, go off with them, bring them back, lock."""
    clerk.open_vault(via=[BESIDE_THE_VAULT], speed_mps=1.3)
    clerk.walk_to("vault-front")
    clerk.take(cards)
    clerk.walk_to(FROM_THE_DESKS, via=[BESIDE_THE_VAULT], speed_mps=1.3)
    clerk.wait(3.0)
    clerk.walk_to("vault-front", via=[BESIDE_THE_VAULT], speed_mps=1.3)
    clerk.put(cards, "shelf-3-1")
    clerk.shut_vault()
    clerk.lock_vault()
    clerk.walk_to(FROM_THE_DESKS, via=[BESIDE_THE_VAULT], speed_mps=1.3)
