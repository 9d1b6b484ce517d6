/** Polygons in fractions of a picture, as people draw them. Pure. */

export type Point = readonly [x: number, y: number];

const NEAR = 0.012;
const DIGITS = 4;

const clamp = (value: number) => Math.min(1, Math.max(0, value));
const rounded = (value: number) => Number(value.toFixed(DIGITS));

/** Return a point where it was meant: in the picture, at its edge or at another corner where one is near. */
export function snapped([x, y]: Point, corners: readonly Point[]): Point {
  const [inX, inY] = [clamp(x), clamp(y)];
  const near = corners.find(([otherX, otherY]) => Math.hypot(otherX - inX, otherY - inY) < NEAR);
  if (near !== undefined) return near;
  const toEdge = (value: number) => (value < NEAR ? 0 : value > 1 - NEAR ? 1 : rounded(value));
  return [toEdge(inX), toEdge(inY)];
}

/** Return a polygon with a corner moved. */
export const withMoved = (polygon: readonly Point[], index: number, to: Point): Point[] =>
  polygon.map((point, at) => (at === index ? to : point));

/** Return a polygon with a new corner halfway to the next one. */
export function withAdded(polygon: readonly Point[], index: number): Point[] {
  return polygon.toSpliced(index + 1, 0, middle(polygon, index));
}

/** Return a polygon without a corner; a triangle keeps all of its corners. */
export const withRemoved = (polygon: readonly Point[], index: number): Point[] =>
  polygon.length <= 3 ? [...polygon] : polygon.toSpliced(index, 1);

/** Return the point halfway between a corner and the next one. */
export function middle(polygon: readonly Point[], index: number): Point {
  const [one, two] = [polygon[index], polygon[(index + 1) % polygon.length]];
  if (one === undefined || two === undefined) throw new RangeError(`there is no corner ${index}`);
  return [rounded((one[0] + two[0]) / 2), rounded((one[1] + two[1]) / 2)];
}

/** What a new polygon begins as. */
export const BEGINNING: readonly Point[] = [
  [0.4, 0.4],
  [0.6, 0.4],
  [0.6, 0.6],
  [0.4, 0.6],
];
