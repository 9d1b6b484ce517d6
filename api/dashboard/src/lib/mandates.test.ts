import { expect, test } from "vitest";

import { covers, type Mandate, type Wanted } from "./mandates";

const mandate: Mandate = {
  id: "m-1",
  permission: "replay",
  cameras: ["counter", "vault"],
  start: "2018-02-21T17:00:00+09:00",
  end: "2018-02-21T18:00:00+09:00",
  reason: "",
  authority: "",
  expires: "",
};
const at = (time: string) => Date.parse(`2018-02-21T${time}+09:00`);
const wanted: Wanted = { permission: "replay", cameras: ["counter"], startMs: at("17:10:00"), endMs: at("17:20:00") };

test("a mandate covers what lies within its cameras and its time, to its ends", () => {
  expect(covers(mandate, wanted)).toBe(true);
  expect(covers(mandate, { ...wanted, startMs: at("17:00:00"), endMs: at("18:00:00") })).toBe(true);
});

test.each<[string, Partial<Wanted>]>([
  ["another permission", { permission: "export" }],
  ["a camera more", { cameras: ["counter", "lobby"] }],
  ["before its time", { startMs: at("16:59:59") }],
  ["after its time", { endMs: at("18:00:01") }],
])("a mandate does not cover %s", (_, change) => {
  expect(covers(mandate, { ...wanted, ...change })).toBe(false);
});
