import { expect, test } from "vitest";

import { CUSHION_S, forgettable, keepUp, waitMs } from "./live-edge";

test("a player that is close behind goes on as it does", () => {
  expect(keepUp(9.7, 0, 10)).toEqual({ jumpTo: null, rate: 1 });
});

test("a player that falls behind runs a little faster, and jumps where that would take too long", () => {
  expect(keepUp(9, 0, 10)).toEqual({ jumpTo: null, rate: 1.15 });
  expect(keepUp(5, 0, 10)).toEqual({ jumpTo: 10 - CUSHION_S, rate: 1 });
});

test("a stream that begins at any time is entered at its newest picture", () => {
  expect(keepUp(0, 300, 300.04)).toEqual({ jumpTo: 300, rate: 1 });
});

test("what was shown long ago is forgotten, and not with every picture", () => {
  expect(forgettable(11, 0)).toBeNull();
  expect(forgettable(13, 0)).toBe(7);
});

test("attempts to connect again become rarer, and never stop", () => {
  expect([0, 1, 2, 3].map(waitMs)).toEqual([500, 1000, 2000, 4000]);
  expect(waitMs(60)).toBe(10_000);
});
