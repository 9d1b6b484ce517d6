import { expect, test } from "vitest";

import { lengthOfSpan, momentAt, moved, nextOf, shareOf, showing, ticks, zoomed, type Span } from "./span";
import { Calendar } from "./time";

const at = (time: string) => Date.parse(`2018-02-21T${time}+09:00`);
const hour: Span = { startMs: at("17:00:00"), endMs: at("18:00:00") };
const tokyo = new Calendar("Asia/Tokyo", "ja");

test("a moment stands where its share of the span is, and back", () => {
  expect(shareOf(hour, at("17:15:00"))).toBe(0.25);
  expect(momentAt(hour, 0.25)).toBe(at("17:15:00"));
});

test("whoever zooms keeps what is under the pointer there", () => {
  const closer = zoomed(hour, 0.5, at("17:15:00"));
  expect(lengthOfSpan(closer)).toBe(30 * 60_000);
  expect(shareOf(closer, at("17:15:00"))).toBe(0.25);
});

test("a span is never shorter than ten seconds nor longer than 32 days", () => {
  expect(lengthOfSpan(zoomed(hour, 1e-9, at("17:15:00")))).toBe(10_000);
  expect(lengthOfSpan(zoomed(hour, 1e9, at("17:15:00")))).toBe(32 * 86_400_000);
});

test("a span follows a moment that leaves it, and stays while it does not", () => {
  expect(showing(hour, at("17:59:59"))).toEqual(hour);
  expect(showing(hour, at("18:00:00"))).toEqual(moved(hour, 30 * 60_000));
});

test.each([
  [at("17:00:00"), at("17:01:00"), 6, ["17:00:00", "17:00:10", "17:00:20", "17:00:30", "17:00:40", "17:00:50"]],
  [at("17:00:00"), at("18:00:00"), 6, ["17:00", "17:10", "17:20", "17:30", "17:40", "17:50"]],
  [at("12:00:00"), at("12:00:00") + 86_400_000, 6, ["12:00", "18:00", "2/22(木)", "06:00"]],
])("an axis is marked at round local times", (startMs, endMs, most, labels) => {
  expect(ticks({ startMs, endMs }, most, tokyo).map(({ label }) => label)).toEqual(labels);
});

test("the next event is the nearest one in its direction, and may be missing", () => {
  expect(nextOf([1, 5, 9], 5, 1)).toBe(9);
  expect(nextOf([1, 5, 9], 5, -1)).toBe(1);
  expect(nextOf([1, 5, 9], 9, 1)).toBeNull();
});
