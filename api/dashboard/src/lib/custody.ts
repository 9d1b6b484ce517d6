/** What is kept, counted and signed for at the counter: the forms of the interface, and what is asked of it. */

import { ask, askAll, BASE } from "./api";
import type { ItemKind } from "./office.svelte";
import type { Claim } from "./session.svelte";

export type SlotState = "present" | "occluded" | "absent" | "unknown";

export interface KeptItem {
  item: string;
  kind: ItemKind;
  name: string;
  expected: number | null;
  vault: string | null;
  slot: string | null;
  registered: boolean;
  books: { out: boolean; slot: string | null; holder: string | null; since: string | null } | null;
  seen: { slot: string; state: SlotState; camera: string | null } | null;
}

export interface Subject {
  item: string;
  name: string | null;
  waiting: { counted_by: string; counted_at: string } | null;
  last_at: string | null;
  last_right: boolean | null;
}

export interface Counted {
  numbers: number[];
  signers: string[];
  agreed: number | null;
  expected: number | null;
  right: boolean;
}

export type Act =
  | { kind: "item.checked_out"; body: { item: string; slot: string | null } }
  | { kind: "item.checked_in"; body: { item: string; vault: string } }
  | { kind: "key.handed_over"; body: { item: string; from: string; to: string } }
  | { kind: "vault.opened" | "vault.locked"; body: { vault: string } }
  | { kind: "checklist.signed"; body: Sheet };

export interface Sheet {
  day: string;
  wire_locks_attached: boolean;
  terminals: number;
  cards: number;
  vault_locked: boolean;
  partition_closed: boolean;
}

export interface WaitingAct {
  request: string;
  kind: Act["kind"];
  body: Record<string, unknown>;
  at: string;
  signed_by: string;
}

export const items = () => askAll<KeptItem>("/items");
export const subjects = () => askAll<Subject>("/counts");
export const waitingActs = () => askAll<WaitingAct>("/acts");

/** The sheet of a local day; signed: its entry, null as long as nobody has signed it. */
export const sheet = (day: string) => ask<{ signed: object | null }>("GET", `/checklists/${encodeURIComponent(day)}`);

export const sheetPdf = (day: string) => `${BASE}/checklists/${encodeURIComponent(day)}/pdf`;

/** Sign an act. Returns what waits for the second person, or null where one was enough. */
export async function sign(act: Act, request: string): Promise<WaitingAct | null> {
  const { waiting } = await ask<{ waiting: WaitingAct | null }>("POST", "/acts", { body: { ...act, request } });
  return waiting;
}

export const withdraw = (request: string) => ask<undefined>("DELETE", `/acts/${encodeURIComponent(request)}`);

export const confirmPath = (request: string) => `/acts/${encodeURIComponent(request)}/confirm`;
export const secondCountPath = (item: string) => `/counts/${encodeURIComponent(item)}/second`;

/** Confirm as the person who is signed in. */
export const confirm = (request: string) => ask<unknown>("POST", confirmPath(request));

export function countFirst(item: string, number: number, request: string): Promise<unknown> {
  return ask("POST", `/counts/${encodeURIComponent(item)}/first`, { body: { request, number } });
}

/** Do something as the second person, who signs with an own account at the screen of the first. */
export async function beside<Answer>(claim: Claim, path: string, body?: unknown): Promise<Answer> {
  const asked = { ...claim, path: `/api/v1${path}` };
  const { cosign } = await ask<{ cosign: string }>("POST", "/access/cosign", { body: asked, proving: true });
  return ask<Answer>("POST", path, { body, cosign });
}
