"""The section `items`: the things in custody that have a place before a camera or a line in the ledger."""

from __future__ import annotations

from api.sitefile.node import Node
from vision.items import Item, ItemKind

DOOR_STATES = ("closed", "open")
MOST_CARDS = 1_000_000

_ITEM = ("kind", "name", "expected", "states")


def read_items(node: Node | None) -> dict[str, Item | None]:
    """Read all items by id; None stands for one that cannot be read, so that its slot is not blamed."""
    if node is None:
        return {}
    return {name: _item(name, item) for name, item in node.identified("item").items()}


def _item(name: str, node: Node) -> Item | None:
    fields = node.fields(_ITEM, required=("kind",))
    kind = fields["kind"].choice([kind.value for kind in ItemKind]) if "kind" in fields else None
    text = fields["name"].text("a name") if "name" in fields else None
    if kind is None:
        return None
    return Item(name, ItemKind(kind), text or name, _expected(kind, fields), _states(kind, fields))


def _expected(kind: str, fields: dict[str, Node]) -> int | None:
    node = fields.get("expected")
    if node is None:
        return None
    if kind != ItemKind.CARDS:
        node.wrong("expected only for cards", "take expected out", f"expected for a {kind}")
    return node.whole(0, MOST_CARDS, "the number of cards that there should be")


def _states(kind: str, fields: dict[str, Node]) -> tuple[str, ...]:
    """Return the states of a door, closed first; other things have none."""
    node = fields.get("states")
    if kind != ItemKind.DOOR:
        if node is not None:
            node.wrong("states only for a door", "take states out", f"states for a {kind}")
        return ()
    if node is not None:
        members = node.items("[closed, open]") or []
        if node.is_list and tuple(member.choice(DOOR_STATES) for member in members) != DOOR_STATES:
            node.wrong("[closed, open], closed first", "write states: [closed, open]")
    return DOOR_STATES
