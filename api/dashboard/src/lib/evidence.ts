/** What leaves the office: packages, which are made as jobs. */

import { ask, BASE } from "./api";
import type { Reasons } from "./cases";
import type { Span } from "./span";

export interface Job {
  id: string;
  kind: string;
  state: "waiting" | "running" | "done" | "failed";
  done: number;
  total: number | null;
  result: Record<string, unknown> | null;
  failure: string | null;
}

export type Subject =
  | { kind: "footage"; camera: string; start: string; end: string }
  | { kind: "incident"; incident: string }
  | { kind: "case"; case: string };

export const footageSubject = (camera: string, { startMs, endMs }: Span): Subject => ({
  kind: "footage",
  camera,
  start: new Date(startMs).toISOString(),
  end: new Date(endMs).toISOString(),
});

export const exportEvidence = (subject: Subject, reasons: Reasons) =>
  ask<Job>("POST", "/evidence", { body: { subject, ...reasons } });

export const packageAddress = (name: string) => `${BASE}/evidence/${encodeURIComponent(name)}`;
