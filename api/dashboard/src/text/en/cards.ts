import type { cards as ja, protocol as jaProtocol } from "../ja/cards";

export const cards: typeof ja = {
  title: "Counters and things in custody",
  attended: (people) => (people === 1 ? "One clerk is there" : `${people} clerks are there`),
  unattended: "Nobody is on the staff side",
  unseen: "It cannot be seen",
  exposed: (names) => `On the counter: ${names.join(", ")}`,
  nothingExposed: "Nothing in custody lies on it",
  since: (time, length) => `since ${time} (${length})`,
  out: "Ledger: out of the vault",
  differs: "Camera and ledger differ",
  doors: { open: "The door is open", closed: "The door is closed", unseen: "The door cannot be seen" },
  nobodyThere: "Nobody is before it",
  peopleThere: (people) => (people === 1 ? "One person is before it" : `${people} people are before it`),
  alerts: "Open alerts",
  moreAlerts: "See all alerts",
  afterHours: "After hours",
};

export const protocol: typeof jaProtocol = {
  titles: { closing: "Closing", opening: "Opening" },
  done: "done",
  due: (time, length) => `by ${time} (${length} left)`,
  late: (length) => `${length} late`,
  missing: (names) => `missing: ${names.join(", ")}`,
  steps: {
    items_counted: "Items counted",
    items_in_vault: "Items in the vault",
    vault_locked: "Vault locked",
    vault_opened: "Vault opened",
    key_handed_over: "Key handed over",
    sheet_signed: "Checklist signed",
    items_out: "Items out",
  },
  things: { terminals: "all terminals", cards: "cards", sheet: "checklist" },
};
