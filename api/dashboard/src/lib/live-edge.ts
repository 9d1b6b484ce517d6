/** When a live stream runs behind, and what to do about it. Pure. */

/** Seconds behind the newest picture that are kept, so that a late packet does not stop the picture. */
export const CUSHION_S = 0.25;
const CATCH_UP_S = 0.4;
const JUMP_S = 1.5;
/** Seconds of what was shown already that stay in the browser's memory. */
const KEPT_S = 6;

export interface Step {
  /** Where to go at once; null: go on. */
  jumpTo: number | null;
  /** How fast to play. */
  rate: number;
}

/** Decide how a player that shows `position` goes on, where the newest picture stands at `end`. Both in seconds. */
export function keepUp(position: number, start: number, end: number): Step {
  const behind = end - position;
  if (position < start || behind > JUMP_S) return { jumpTo: Math.max(start, end - CUSHION_S), rate: 1 };
  return { jumpTo: null, rate: behind > CATCH_UP_S ? 1.15 : 1 };
}

/** Return up to where what was shown can be forgotten, in seconds; null where it is not worth it yet. */
export function forgettable(position: number, start: number): number | null {
  return position - start > 2 * KEPT_S ? position - KEPT_S : null;
}

/** Return how long to wait before the attempt of this number (0 for the first) to connect again. */
export function waitMs(attempt: number): number {
  return Math.min(10_000, 500 * 2 ** attempt);
}
