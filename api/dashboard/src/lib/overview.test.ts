import { expect, test } from "vitest";

import {
  counterState,
  custodyState,
  stepState,
  vaultState,
  type CounterCard,
  type Step,
  type VaultCard,
} from "./overview";

const counter: CounterCard = { counter: "window-1", state: "attended", since: null, people: 1, exposed: ["T-01"] };
const vault: VaultCard = {
  item: "vault-door",
  kind: "door",
  name: "保管庫",
  expected: null,
  vault: null,
  slot: "vault-door",
  registered: true,
  books: { out: false, slot: null, holder: null, since: null },
  seen: { slot: "vault-door", state: "present", camera: "vault" },
  seen_since: null,
  match: "agrees",
  door: "closed",
  people: 0,
  people_since: null,
};

test("a counter asks for attention while something lies on it and nobody is there", () => {
  expect(counterState(counter)).toBe("calm");
  expect(counterState({ ...counter, state: "unattended" })).toBe("attention");
  expect(counterState({ ...counter, state: "unattended", exposed: [] })).toBe("calm");
  expect(counterState({ ...counter, state: "unseen" })).toBe("unseen");
});

test("a thing asks for attention where ledger and cameras differ, and is unseen where nobody can tell", () => {
  expect(custodyState({ ...vault, kind: "cards", match: null })).toBe("calm");
  expect(custodyState({ ...vault, match: "differs" })).toBe("attention");
  expect(custodyState({ ...vault, match: "unseen" })).toBe("unseen");
});

test("of a key it is known who has it, or it is not", () => {
  const key: VaultCard = { ...vault, kind: "key", match: null };
  expect(custodyState(key)).toBe("unseen");
  expect(custodyState({ ...key, books: { out: false, slot: null, holder: "sato", since: null } })).toBe("calm");
});

test("a vault that is open and should not be is an alarm, one that may be asks for attention", () => {
  expect(vaultState(vault)).toBe("calm");
  expect(vaultState({ ...vault, door: "open" })).toBe("attention");
  expect(vaultState({ ...vault, door: "open", match: "differs" })).toBe("alarm");
  expect(vaultState({ ...vault, door: "unseen", match: "unseen" })).toBe("unseen");
});

test("a step that was due becomes late when its time has passed, without being asked for", () => {
  const step: Step = {
    step: "vault_locked",
    state: "due",
    due: "2018-02-21T18:00:00+09:00",
    missing: ["vault-door"],
  };
  const due = Date.parse(step.due);
  expect(stepState(step, due - 1)).toBe("due");
  expect(stepState(step, due)).toBe("late");
  expect(stepState({ ...step, state: "done" }, due)).toBe("done");
});
