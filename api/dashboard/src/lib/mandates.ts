/** On whose word footage is looked at: said once for cameras and a stretch of time, and good for two hours. */

import { ask } from "./api";

export type NeedsMandate = "replay" | "export";

export interface Mandate {
  id: string;
  permission: NeedsMandate;
  cameras: string[];
  start: string;
  end: string;
  reason: string;
  authority: string;
  expires: string;
}

/** What is to be looked at. Moments are UTC milliseconds. */
export interface Wanted {
  permission: NeedsMandate;
  cameras: readonly string[];
  startMs: number;
  endMs: number;
}

/** Return one's mandate in force that covers what is wanted, null where there is none. */
export async function mandateInForce(wanted: Wanted): Promise<Mandate | null> {
  const mine = await ask<Mandate[]>("GET", "/access/mandates");
  return mine.find((mandate) => covers(mandate, wanted)) ?? null;
}

/** Return whether a mandate permits everything that is wanted. */
export function covers(mandate: Mandate, wanted: Wanted): boolean {
  return (
    mandate.permission === wanted.permission &&
    wanted.cameras.every((camera) => mandate.cameras.includes(camera)) &&
    Date.parse(mandate.start) <= wanted.startMs &&
    wanted.endMs <= Date.parse(mandate.end)
  );
}

/** Say for what it is wanted and which document permits it; both go on the ledger. */
export function askForMandate(wanted: Wanted, reason: string, authority: string): Promise<Mandate> {
  const { permission, cameras, startMs, endMs } = wanted;
  const [start, end] = [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
  return ask("POST", "/access/mandates", { body: { permission, cameras, start, end, reason, authority } });
}
