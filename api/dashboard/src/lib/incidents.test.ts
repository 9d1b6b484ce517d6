import { expect, test } from "vitest";

import { grouped, markOf, repeated, type Incident } from "./incidents";

const incident: Incident = {
  id: "i-1",
  rule: "terminal_removed",
  camera: "counter",
  zone: null,
  item: "T-01",
  began_at: "2018-02-21T17:13:00+09:00",
  raised_at: "2018-02-21T17:13:03+09:00",
  ended_at: null,
  severity: "alarm",
  after_hours: true,
  evidence: { frame_at: "2018-02-21T17:13:03+09:00", camera: "counter", box: null },
  why: {},
  state: "open",
};

test("what nobody has answered for is marked by how grave it is, what somebody has answered for is calm", () => {
  expect(markOf(incident)).toBe("alarm");
  expect(markOf({ ...incident, severity: "warning" })).toBe("attention");
  expect(markOf({ ...incident, rule: "camera_blind" })).toBe("unseen");
  expect(markOf({ ...incident, state: "explained" })).toBe("calm");
});

test("only neighbours are gathered, so that the order of time stays", () => {
  const list = ["a", "a", "b", "a"].map((rule, index) => ({ ...incident, id: String(index), rule }));
  const groups = grouped(list, ({ rule }) => rule);
  expect(groups.map(({ key, incidents }) => [key, incidents.map(({ id }) => id)])).toEqual([
    ["a", ["0", "1"]],
    ["b", ["2"]],
    ["a", ["3"]],
  ]);
});

test("what repeats is gathered under the newest of it, and what still lasts stands by itself", () => {
  const ended = { ...incident, ended_at: "2018-02-21T17:14:00+09:00" };
  const list = [ended, { ...ended, zone: "window-1" }, { ...ended }, incident].map((one, index) => ({
    ...one,
    id: String(index),
  }));
  expect(repeated(list).map(({ incidents }) => incidents.map(({ id }) => id))).toEqual([["0", "2"], ["1"], ["3"]]);
});
