"""The evening of the 21st, three cameras in step: half an hour in seventy-eight seconds.

Modelled on Tsurumi ward office, 21 February 2018. After the windows have closed a clerk leaves the 78 cards on top of
the terminal on the counter and goes off to other work. Somebody comes in, finds nobody behind the counter, and takes
both. The clerk comes back, sees the empty place, and takes it that a colleague has tidied up; a second clerk, alone,
looks into the vault and locks it without a count.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sample_footage.render.blocking import Blocking, Part
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.items import Custody
from sample_footage.render.keys import Key
from sample_footage.render.ledger import Signing
from sample_footage.render.lighting import evening, steady
from sample_footage.render.looks import Clothes, Look
from sample_footage.render.offices import OFFICES
from sample_footage.render.places import VAULT_DOOR
from sample_footage.render.props import Prop, TerminalProp
from sample_footage.render.scene import Story
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan
from sample_footage.render.things.cards import CardBox
from sample_footage.render.things.terminals import Terminal

OFFICE = OFFICES["straight"]
START = datetime.fromisoformat("2018-02-21T17:00:00+09:00")
DURATION_S = 78.0

CLERK = Look("female", 1.60, clothes=Clothes(over="vest"), hair="bob", seed=1, colours={"over": (0.03, 0.06, 0.20)})
SECOND_CLERK = Look("male", 1.70, age_years=48, weight=0.3, clothes=Clothes(tie=True, badge=True), seed=2)
VISITOR = Look("female", 1.58, age_years=62, hair="short", seed=4, colours={"shirt": (0.45, 0.07, 0.10)})
STRANGER = Look(
    "male",
    1.74,
    weight=0.25,
    clothes=Clothes(headwear="cap"),
    seed=3,
    colours={"shirt": (0.035, 0.045, 0.04), "trousers": (0.12, 0.11, 0.09)},
)

T_01, T_02 = Custody("交付用端末 1"), Custody("交付用端末 2")
B_0221 = Custody("交付前カード", expected=78)
INVENTORY: tuple[dict[str, str | int], ...] = (
    {"item": VAULT_DOOR, "kind": "door", "name": "金庫の扉", "slot": VAULT_DOOR},
    {"item": "T-01", "kind": "terminal", "name": T_01.title, "vault": VAULT_DOOR, "slot": "T-01"},
    {"item": "T-02", "kind": "terminal", "name": T_02.title, "vault": VAULT_DOOR},
    {"item": "B-0221", "kind": "cards", "name": B_0221.title, "expected": 78, "vault": VAULT_DOOR},
    {"item": "K-01", "kind": "key", "name": "金庫の鍵"},
)

CLOSING = {
    "items_counted_min": 1,
    "items_in_vault_min": 2,
    "vault_locked_min": 2,
    "key_handed_over_min": 2,
    "sheet_signed_min": 2,
}
"""The deadlines of the closing: half an hour is a minute here."""

ALONG_THE_COUNTER = ((6.9, 3.77),)
"""The way between the staff door and window 1, between the counter and the desk."""

COUNTER_CAMERA = CameraPlan("counter", OFFICE.cameras["counter"], ("window-1", "behind-1", "office", "lobby", "T-01"))
CORNER_CAMERA = CameraPlan("corner", OFFICE.cameras["corner"], ("window-1", "window-2", "lobby", "office"))
VAULT_CAMERA = CameraPlan("vault", OFFICE.cameras["vault"], ("vault-area", "office", "vault-door"))


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell the evening through its three cameras."""
    scene = Blocking(OFFICE)
    locked_s = _tell(scene, wardrobe)
    story = Story(
        name="evening",
        start=START.isoformat(),
        duration_s=DURATION_S,
        fps=10,
        stage=Stage(OFFICE, steady(evening(OFFICE)), vault_door=scene.door.keys, blinds=[Key(0.0, 1.0)]),
        filming=COUNTER_CAMERA,
        actors=scene.actors(DURATION_S),
        items=scene.items(),
        rules={"unattended_counter": {"after_s": 5, "after_hours_after_s": 5}},
        custody={"matching_window_s": 10, "skew_s": 2, "closing": CLOSING},
        signed=_signed(START + timedelta(seconds=locked_s)),
        note="half an hour is told in 78 seconds",
    )
    return story.filmed_by([COUNTER_CAMERA, CORNER_CAMERA, VAULT_CAMERA])


def _tell(scene: Blocking, wardrobe: Wardrobe) -> float:
    """Tell what happens; the second at which the vault has been locked."""
    terminal = scene.terminal("T-01", Terminal(), "terminal-1", open_=False, custody=T_01)
    _fill_vault(scene)
    _last_visitor_goes(scene.part("visitor", wardrobe(VISITOR), "visitor-1"))
    clerk = scene.part("clerk", wardrobe(CLERK), "colleague-1", "staff")
    cards = clerk.brings("B-0221", "cards", CardBox().mesh(), "both", custody=B_0221)
    _leaves_cards_on_terminal(clerk, cards, terminal)
    _takes_both(scene.comes_in("stranger", wardrobe(STRANGER), "entrance", clerk.now_s - 1), terminal)
    clerk.wait(18)
    _finds_nothing_amiss(clerk)
    second = scene.comes_in("clerk-2", wardrobe(SECOND_CLERK), "staff-door", clerk.now_s + 0.5, "staff")
    return _locks_without_a_count(second)


def _fill_vault(scene: Blocking) -> None:
    """Put into the vault what the office has beside: the second terminal and other cards."""
    scene.terminal("T-02", Terminal(), "shelf-3-2", open_=False, custody=T_02)
    scene.lay("B-0219", "cards", CardBox((1.0, 0.6)).mesh(), "shelf-3-1")
    scene.lay("B-0220", "cards", CardBox((0.9, 1.0)).mesh(), "shelf-2-2")


def _last_visitor_goes(visitor: Part) -> None:
    visitor.wait(0.8)
    visitor.leave("entrance", via=[(1.8, 1.9)])


def _leaves_cards_on_terminal(clerk: Part, cards: Prop, terminal: TerminalProp) -> None:
    clerk.wait(2.0)
    clerk.walk_to("clerk-1", speed_mps=0.8)
    clerk.put(cards, terminal)
    clerk.wait(1.5)
    clerk.leave("staff-door", ALONG_THE_COUNTER)


def _takes_both(stranger: Part, terminal: TerminalProp) -> None:
    """Look whether anybody is there, go through the gap, lift the terminal with the cards on it, and be off."""
    stranger.enter("entrance", "visitor-1", via=[(1.8, 1.9)])
    stranger.look_at(terminal.where().origin)
    stranger.wait(0.9)
    stranger.look_at((6.5, 4.5, 1.5))
    stranger.wait(0.9)
    stranger.look_at(None)
    stranger.walk_to("clerk-1", via=[(2.0, 2.4), "gap", (1.95, 3.75)], speed_mps=1.25)
    stranger.take(terminal)
    stranger.leave("entrance", via=[(1.95, 3.75), "gap", (1.5, 2.2)], speed_mps=1.3)


def _finds_nothing_amiss(clerk: Part) -> None:
    """Come back to window 1, look where the terminal was, and go off again."""
    clerk.enter("staff-door", "clerk-1", via=ALONG_THE_COUNTER)
    clerk.look_at(OFFICE.places["terminal-1"].origin)
    clerk.wait(2.5)
    clerk.look_at(None)
    clerk.leave("staff-door", ALONG_THE_COUNTER)


def _locks_without_a_count(clerk: Part) -> float:
    clerk.open_vault(via=["staff-door-threshold", "staff-door", *ALONG_THE_COUNTER, (4.9, 3.9)])
    clerk.walk_to("vault-front")
    clerk.look_at(OFFICE.places["shelf-3-1"].origin)
    clerk.wait(2.0)
    clerk.look_at(None)
    clerk.shut_vault()
    clerk.lock_vault()
    locked_s = clerk.now_s
    clerk.leave("staff-door", via=[(4.9, 3.9), *ALONG_THE_COUNTER])
    return locked_s


def _signed(locked: datetime) -> list[Signing]:
    """Return the entries of the day: in the morning all that should be, in the evening the lock and nothing else."""
    both = ("sato", "suzuki")
    return [
        *(Signing(_morning(6, 30), "item.registered", ("tanaka",), _registration(**item)) for item in INVENTORY),
        Signing(
            _morning(8, 20), "key.handed_over", ("tanaka", "sato"), {"item": "K-01", "from": "tanaka", "to": "sato"}
        ),
        Signing(_morning(8, 25), "vault.opened", both, {"vault": VAULT_DOOR}),
        Signing(_morning(8, 30), "count", both, {"item": "B-0221", "numbers": [78, 78]}),
        Signing(_morning(8, 32), "count", both, {"item": "terminals", "numbers": [2, 2]}),
        Signing(_morning(8, 40), "item.checked_out", both, {"item": "T-01", "slot": "T-01"}),
        Signing(_morning(8, 41), "item.checked_out", both, {"item": "B-0221", "slot": "T-01"}),
        Signing(locked, "vault.locked", ("suzuki",), {"vault": VAULT_DOOR}),
    ]


def _morning(hour: int, minute: int) -> datetime:
    return START.replace(hour=hour, minute=minute)


def _registration(**told: str | int) -> dict[str, str | int | None]:
    return {"expected": None, "vault": None, "slot": None, **told}
