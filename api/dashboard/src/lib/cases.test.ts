import { expect, test } from "vitest";

import { partsOf, type Fact } from "./cases";

const fact: Fact = {
  from: "2018-02-21T17:13:00+09:00",
  to: "2018-02-21T17:14:00+09:00",
  rank: 1,
  clue: "removed",
  weight: 10,
  subject: "T-01",
  camera: "counter",
  says: "T-01 が定位置を離れた",
  logged: [],
  present: [],
  entry: null,
  incident: null,
  footage: [],
};

test("a fact goes into a case as what tells of it and what shows it", () => {
  const shown = { from: fact.from, to: fact.to, camera: "counter" };
  expect(partsOf({ ...fact, entry: 7, incident: "i-1", footage: [shown] })).toEqual([
    { kind: "entry", entry: 7 },
    { kind: "incident", incident: "i-1" },
    { kind: "clip", camera: "counter", start: fact.from, end: fact.to },
  ]);
});

test("a fact that nothing tells of goes in as words", () => {
  expect(partsOf(fact)).toEqual([{ kind: "note", note: fact.says }]);
});
