import { expect, test } from "vitest";

import { isClean, worst, type Compliance } from "./oversight";

const kept: Compliance = {
  period: "2018-02-21",
  counts: { due: 4, in_time: 4, late: 0, missing: 0 },
  disagreeing: 0,
  sheets: { due: 1, in_time: 1, late: 0, missing: 0 },
  sheets_answered_no: 0,
  unlogged_openings: 0,
  two_person_breaches: 0,
  exposures: 0,
  exposed_s: 0,
  blind_s: { counter: 12, vault: 40 },
  unseen_s: {},
};

test("a day is clean where everything was done in time and nothing was raised; that a camera was blind is told apart", () => {
  expect(isClean(kept)).toBe(true);
});

test.each<Partial<Compliance>>([
  { counts: { due: 4, in_time: 3, late: 1, missing: 0 } },
  { sheets: { due: 1, in_time: 0, late: 0, missing: 1 } },
  { disagreeing: 1 },
  { unlogged_openings: 1 },
  { exposures: 1 },
])("a day is not clean where something is amiss", (amiss) => {
  expect(isClean({ ...kept, ...amiss })).toBe(false);
});

test("the worst of several cameras is told, and none where none was blind", () => {
  expect(worst(kept.blind_s)).toBe(40);
  expect(worst({})).toBe(0);
});
