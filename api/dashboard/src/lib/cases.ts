/** Cases, what is in them, and the footage that is held for them. */

import { address, ask, askAll } from "./api";
import type { Span } from "./span";

/** What for, and the document that permits it. */
export interface Reasons {
  reason: string;
  authority: string;
}

export interface Case extends Reasons {
  id: string;
  title: string;
  by: string;
  opened: string;
  parts: number;
  closed: string | null;
  outcome: string | null;
}

export interface Part {
  kind: "incident" | "entry" | "clip" | "note";
  what: string;
  by: string;
  at: string;
  start: string | null;
  end: string | null;
}

export interface Hold extends Reasons {
  number: number;
  camera: string;
  start: string;
  end: string;
  by: string;
}

export interface WholeCase extends Case {
  contents: Part[];
  holds: Hold[];
}

export type Added =
  | { kind: "incident"; incident: string }
  | { kind: "entry"; entry: number }
  | { kind: "clip"; camera: string; start: string; end: string }
  | { kind: "note"; note: string };

const at = (id: string) => `/cases/${encodeURIComponent(id)}`;
const iso = (atMs: number) => new Date(atMs).toISOString();

export const cases = () => askAll<Case>("/cases");
export const wholeCase = (id: string) => ask<WholeCase>("GET", at(id));

export const openCase = (title: string, reasons: Reasons) =>
  ask<Case>("POST", "/cases", { body: { title, ...reasons } });

export const addToCase = (id: string, parts: readonly Added[]) =>
  ask<Case>("POST", `${at(id)}/parts`, { body: { parts } });

export const closeCase = (id: string, outcome: string) => ask<Case>("POST", `${at(id)}/close`, { body: { outcome } });

/** Let nothing delete the footage of a camera in a stretch. */
export function hold(id: string, camera: string, { startMs, endMs }: Span, reasons: Reasons): Promise<unknown> {
  return ask("POST", "/holds", { body: { case: id, camera, start: iso(startMs), end: iso(endMs), ...reasons } });
}

export const release = (number: number, reasons: Reasons) =>
  ask<unknown>("POST", `/holds/${number}/release`, { body: reasons });

/** One thing that may explain a loss. rank: from 1, those first that explain it best. */
export interface Fact {
  from: string;
  to: string;
  rank: number;
  clue: string;
  weight: number;
  subject: string;
  camera: string | null;
  says: string;
  logged: string[];
  present: string[];
  entry: number | null;
  incident: string | null;
  footage: { from: string; to: string; camera: string }[];
}

export interface Story {
  from: string;
  to: string;
  item: string;
  /** How much of the time nobody saw, 0 to 1. */
  unseen_share: number;
  unseen: { from: string; to: string }[];
  facts: Fact[];
}

export const investigate = (item: string) => ask<Story>("GET", address("/investigation", { item }));

export interface LastSeen {
  seen: { item: string; at: string; camera: string | null; slot: string }[];
  never: string[];
}

export const lastSeen = () => ask<LastSeen>("GET", "/last-seen");

/** Return what a fact is in a case: the entry or incident that tells of it, and what shows it. */
export function partsOf(fact: Fact): Added[] {
  const parts: Added[] = [];
  if (fact.entry !== null) parts.push({ kind: "entry", entry: fact.entry });
  if (fact.incident !== null) parts.push({ kind: "incident", incident: fact.incident });
  for (const { camera, from, to } of fact.footage) {
    if (Date.parse(from) < Date.parse(to)) parts.push({ kind: "clip", camera, start: from, end: to });
  }
  return parts.length === 0 ? [{ kind: "note", note: fact.says }] : parts;
}
