/** What was recorded: the forms of the interface, and what is asked of it. */

import { address, ask, BASE } from "./api";
import type { Span } from "./span";

export type GapCause =
  | "start"
  | "restart"
  | "crash"
  | "offline"
  | "disk_full"
  | "stopped"
  | "codec_changed"
  | "slow_disk"
  | "clock_set"
  | "expired"
  | "missing"
  | "never"
  | "unfinished";

export interface Gap {
  from: string;
  to: string;
  cause: GapCause;
}

export interface CameraTimeline {
  camera: string;
  oldest: string | null;
  newest: string | null;
  /** How much of each part was recorded, 0 to 1. */
  density: number[];
  gaps: Gap[];
}

export interface Timeline {
  from: string;
  part_ms: number;
  cameras: CameraTimeline[];
}

export interface Segment {
  from: string;
  to: string;
  /** Relative to the list that it stands in. */
  uri: string;
  codec: string;
  width: number;
  height: number;
  frames: number;
}

export interface Entry {
  seq: number;
  at: string;
  kind: string;
  actors: string[];
  body: Record<string, unknown>;
}

const iso = (atMs: number) => new Date(atMs).toISOString();
const at = (camera: string) => `/footage/${encodeURIComponent(camera)}`;

export function timeline({ startMs, endMs }: Span, parts: number): Promise<Timeline> {
  return ask("GET", address("/footage/timeline", { from: iso(startMs), to: iso(endMs), parts }));
}

/** Return the segments of a stretch, with their addresses. */
export async function segments(camera: string, { startMs, endMs }: Span, mandate: string): Promise<Segment[]> {
  const query = { from: iso(startMs), to: iso(endMs), mandate };
  const found = await ask<{ items: Segment[] }>("GET", address(`${at(camera)}/segments`, query));
  return found.items.map((segment) => ({ ...segment, uri: `${BASE}${at(camera)}/${segment.uri}` }));
}

/** Return the address of a small picture of a moment. */
export function thumbnail(camera: string, atMs: number, mandate: string, width = 240): string {
  return BASE + address(`${at(camera)}/thumbnail`, { at: iso(atMs), mandate, width });
}

/** Return what people signed and what the system noted in a stretch, the newest first. */
export async function entries({ startMs, endMs }: Span, limit: number): Promise<Entry[]> {
  const query = { start: iso(startMs), end: iso(endMs), limit };
  return (await ask<{ items: Entry[] }>("GET", address("/ledger/entries", query))).items;
}
