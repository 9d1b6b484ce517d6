/** A stretch of time on an axis: moved, stretched, and divided by marks that people can read. Pure; UTC milliseconds. */

import type { Calendar } from "./time";

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHORTEST = 10 * SECOND;
const LONGEST = 32 * DAY;

export const lengthOfSpan = ({ startMs, endMs }: Span): number => endMs - startMs;

/** Return where a moment stands in a span: 0 at its start, 1 at its end. */
export const shareOf = (span: Span, atMs: number): number => (atMs - span.startMs) / lengthOfSpan(span);

/** Return the moment at a share of a span. */
export const momentAt = (span: Span, share: number): number => Math.round(span.startMs + share * lengthOfSpan(span));

/** Make a span so many times longer, with a moment staying where it is. It stays between ten seconds and 32 days. */
export function zoomed(span: Span, factor: number, aroundMs: number): Span {
  const length = Math.min(LONGEST, Math.max(SHORTEST, Math.round(lengthOfSpan(span) * factor)));
  const startMs = Math.round(aroundMs - shareOf(span, aroundMs) * length);
  return { startMs, endMs: startMs + length };
}

export const moved = (span: Span, byMs: number): Span => ({
  startMs: span.startMs + Math.round(byMs),
  endMs: span.endMs + Math.round(byMs),
});

/** Return a span of the same length that has a moment in it: in its middle, where it had not. */
export function showing(span: Span, atMs: number): Span {
  if (span.startMs <= atMs && atMs < span.endMs) return span;
  return moved(span, atMs - momentAt(span, 0.5));
}

const STEPS = [
  SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  7 * DAY,
];

export interface Tick {
  atMs: number;
  label: string;
}

/** Return the marks of an axis on which there is room for so many; they stand at round local times. */
export function ticks(span: Span, most: number, calendar: Calendar): Tick[] {
  const step = STEPS.find((one) => lengthOfSpan(span) / one <= most) ?? 7 * DAY;
  const dayMs = calendar.beginOf(calendar.dateOf(span.startMs));
  const found: Tick[] = [];
  const first = dayMs + Math.ceil((span.startMs - dayMs) / step) * step;
  for (let atMs = first; atMs < span.endMs; atMs += step) found.push({ atMs, label: labelOf(atMs, step, calendar) });
  return found;
}

function labelOf(atMs: number, step: number, calendar: Calendar): string {
  if (step >= DAY) return calendar.day(atMs);
  const clock = step < MINUTE ? calendar.second(atMs) : calendar.clock(atMs);
  return calendar.clock(atMs) === "00:00" && step >= HOUR ? calendar.day(atMs) : clock;
}

/** Return the nearest of sorted moments after (or before) another one; null where there is none. */
export function nextOf(moments: readonly number[], afterMs: number, direction: 1 | -1): number | null {
  const found = direction === 1 ? moments.find((at) => at > afterMs) : moments.findLast((at) => at < afterMs);
  return found ?? null;
}
