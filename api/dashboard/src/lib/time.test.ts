import { expect, test } from "vitest";

import { Calendar, lengthOf } from "./time";

const AT = Date.parse("2018-02-21T17:10:05+09:00");
const tokyo = new Calendar("Asia/Tokyo", "ja");

test("moments are told in the office's zone, wherever the browser stands", () => {
  expect(tokyo.clock(AT)).toBe("17:10");
  expect(tokyo.second(AT)).toBe("17:10:05");
  expect(tokyo.day(AT)).toBe("2/21(水)");
  expect(new Calendar("UTC", "en").clock(AT)).toBe("08:10");
});

test("midnight is 00 and not 24", () => {
  expect(tokyo.clock(Date.parse("2018-02-21T00:00:00+09:00"))).toBe("00:00");
});

test("a local day begins at its own midnight, also on the day when clocks are set", () => {
  expect(tokyo.beginOf("2018-02-21")).toBe(Date.parse("2018-02-21T00:00:00+09:00"));
  expect(tokyo.dateOf(Date.parse("2018-02-20T15:00:00Z"))).toBe("2018-02-21");
  const berlin = new Calendar("Europe/Berlin", "en");
  expect(berlin.beginOf("2018-03-25")).toBe(Date.parse("2018-03-25T00:00:00+01:00"));
  expect(berlin.beginOf("2018-03-26")).toBe(Date.parse("2018-03-26T00:00:00+02:00"));
});

test.each([
  [-5_000, "0秒", "0 s"],
  [59_999, "59秒", "59 s"],
  [60_000, "1分", "1 min"],
  [3_600_000, "1時間", "1 h"],
  [7_500_000, "2時間5分", "2 h 5 min"],
  [90_000_000, "1日1時間", "1 d 1 h"],
])("%d ms is a length that can be read", (ms, japanese, english) => {
  expect(lengthOf(ms, "ja")).toBe(japanese);
  expect(lengthOf(ms, "en")).toBe(english);
});
