/** How the office kept to its rules, and the trail of everything that was done. */

import { address, ask, BASE, type Page } from "./api";
import type { Job } from "./evidence";
import type { Entry } from "./footage";

/** What was due, and what became of it. */
export interface Tally {
  due: number;
  in_time: number;
  late: number;
  missing: number;
}

export interface Compliance {
  period: string;
  counts: Tally;
  disagreeing: number;
  sheets: Tally;
  sheets_answered_no: number;
  unlogged_openings: number;
  two_person_breaches: number;
  exposures: number;
  exposed_s: number;
  /** Seconds in which each camera could not see. */
  blind_s: Record<string, number>;
  /** Seconds in which no camera could see each place. */
  unseen_s: Record<string, number>;
}

export type By = "day" | "month";

export interface Days {
  first: string;
  last: string;
  by: By;
}

export const compliance = (days: Days) => ask<Page<Compliance>>("GET", address("/compliance", { ...days }));

export const complianceCsv = (days: Days) => BASE + address("/compliance/csv", { ...days });

export interface TrailQuery {
  kind: string | null;
  actor: string | null;
  item: string | null;
  start: string | null;
  end: string | null;
  cursor: string | null;
}

export const trail = (query: TrailQuery) => ask<Page<Entry>>("GET", address("/ledger/entries", { ...query }));

export const verifyLedger = () => ask<Job>("POST", "/ledger/verify");

/** Return the longest of several stretches without sight, in seconds; 0 where there was none. */
export const worst = (seconds: Record<string, number>): number => Math.max(0, ...Object.values(seconds));

/** Return whether anything of a period asks for a look. */
export function isClean(one: Compliance): boolean {
  const tallies = [one.counts, one.sheets];
  const faults = [
    one.disagreeing,
    one.sheets_answered_no,
    one.unlogged_openings,
    one.two_person_breaches,
    one.exposures,
  ];
  return tallies.every(({ late, missing }) => late === 0 && missing === 0) && faults.every((count) => count === 0);
}
