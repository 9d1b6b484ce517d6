/** The office at one glance: counters, things in custody, vaults, the day's protocol. */

import { ask } from "./api";
import type { KeptItem } from "./custody";
import type { Incident } from "./incidents";
import type { Camera } from "./office.svelte";
import type { State } from "./states";

export interface CounterCard {
  counter: string;
  state: "attended" | "unattended" | "unseen";
  since: string | null;
  people: number | null;
  exposed: string[];
}

export interface CustodyCard extends KeptItem {
  seen_since: string | null;
  match: "agrees" | "differs" | "unseen" | null;
}

export interface VaultCard extends CustodyCard {
  door: "open" | "closed" | "unseen";
  people: number | null;
  people_since: string | null;
}

export interface Step {
  step: string;
  state: "done" | "due" | "late";
  due: string;
  missing: string[];
}

export interface Protocol {
  protocol: "closing" | "opening";
  day: string;
  since: string;
  steps: Step[];
}

export interface Overview {
  after_hours: boolean;
  cameras: Camera[];
  counters: CounterCard[];
  items: CustodyCard[];
  vaults: VaultCard[];
  protocol: Protocol | null;
  incidents: Incident[];
  more: boolean;
}

export const overview = () => ask<Overview>("GET", "/overview");

export function counterState({ state, exposed }: CounterCard): State {
  if (state === "unseen") return "unseen";
  return state === "unattended" && exposed.length > 0 ? "attention" : "calm";
}

/** Return whether ledger and cameras agree; what cannot be seen, or was never registered, is not known to. */
export function custodyState({ kind, match, books }: CustodyCard): State {
  if (kind === "key") return books?.holder ? "calm" : "unseen";
  if (books === null) return "pending";
  if (match === "differs") return "attention";
  return match === "unseen" ? "unseen" : "calm";
}

export function vaultState(vault: VaultCard): State {
  if (vault.match === "differs") return "alarm";
  if (vault.door === "unseen") return "unseen";
  return vault.door === "open" ? "attention" : "calm";
}

/** Return how a step stands now: the service told it a while ago, and what was due then may be late by now. */
export function stepState(step: Step, nowMs: number): Step["state"] {
  return step.state === "due" && Date.parse(step.due) <= nowMs ? "late" : step.state;
}
