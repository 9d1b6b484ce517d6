import { expect, test } from "vitest";

import { middle, snapped, withAdded, withMoved, withRemoved, type Point } from "./polygon";

const triangle: Point[] = [
  [0, 0],
  [1, 0],
  [0, 1],
];

test("a corner stays in the picture and is drawn to its edge and to corners that are near", () => {
  expect(snapped([1.4, -0.2], [])).toEqual([1, 0]);
  expect(snapped([0.5, 0.005], [])).toEqual([0.5, 0]);
  expect(snapped([0.503, 0.503], [[0.5, 0.5]])).toEqual([0.5, 0.5]);
  expect(snapped([0.123456, 0.5], [])).toEqual([0.1235, 0.5]);
});

test("corners are moved, added halfway and taken away, but for the last three", () => {
  expect(withMoved(triangle, 1, [0.5, 0])[1]).toEqual([0.5, 0]);
  const four = withAdded(triangle, 2);
  expect(four[3]).toEqual([0, 0.5]);
  expect(withRemoved(four, 3)).toEqual(triangle);
  expect(withRemoved(triangle, 0)).toEqual(triangle);
});

test("the last corner's next one is the first", () => {
  expect(middle(triangle, 2)).toEqual([0, 0.5]);
});
