/** What was raised, and what people say of it: the forms of the interface, and what is asked of it. */

import { address, ask, type Page } from "./api";
import type { State } from "./states";

export const CAUSES = ["moved", "false_occlusion", "false_light", "drill", "real"] as const;
export type Cause = (typeof CAUSES)[number];
export type Severity = "notice" | "warning" | "alarm";
/** What people have made of an incident. */
export type Handling = "open" | "acknowledged" | "explained" | "closed";

export interface Incident {
  id: string;
  rule: string;
  camera: string | null;
  zone: string | null;
  item: string | null;
  began_at: string;
  raised_at: string;
  ended_at: string | null;
  severity: Severity;
  after_hours: boolean;
  evidence: { frame_at: string; camera: string | null; box: [number, number, number, number] | null };
  why: Record<string, unknown>;
  state: Handling;
}

export interface Explanation {
  cause: Cause;
  by: string;
  at: string;
  moved_by: string | null;
  note: string | null;
}

export interface Clip {
  delivered: [string, string];
  gaps: [string, string][];
}

export interface IncidentDetail extends Incident {
  explanations: Explanation[];
  clip: Clip | null;
}

export interface Query {
  state?: Handling | null;
  rule?: string | null;
  camera?: string | null;
  item?: string | null;
  start?: string | null;
  end?: string | null;
  cursor?: string | null;
  limit?: number;
}

export const searchIncidents = (query: Query) => ask<Page<Incident>>("GET", address("/incidents", { ...query }));

export const showIncident = (id: string) => ask<IncidentDetail>("GET", `/incidents/${encodeURIComponent(id)}`);

export interface Acknowledgement {
  cause: Cause;
  moved_by: string | null;
  note: string | null;
}

export function acknowledge(id: string, said: Acknowledgement): Promise<IncidentDetail> {
  return ask("POST", `/incidents/${encodeURIComponent(id)}/acknowledge`, { body: said });
}

export const closeIncident = (id: string) =>
  ask<IncidentDetail>("POST", `/incidents/${encodeURIComponent(id)}/close`);

/** Return how an incident is marked: what people have answered for is calm, whatever it was. */
export function markOf(incident: Incident): State {
  if (incident.state === "explained" || incident.state === "closed") return "calm";
  if (incident.rule === "camera_blind") return "unseen";
  return incident.severity === "alarm" ? "alarm" : "attention";
}

export interface Group {
  /** What the incidents have in common: a local day, or rule, place and handling. */
  key: string;
  incidents: Incident[];
}

/** Gather neighbours of a list that have the same key. */
export function grouped(incidents: readonly Incident[], key: (incident: Incident) => string): Group[] {
  const groups: Group[] = [];
  for (const incident of incidents) {
    const last = groups.at(-1);
    if (last?.key === key(incident)) last.incidents.push(incident);
    else groups.push({ key: key(incident), incidents: [incident] });
  }
  return groups;
}

/** Gather incidents of one rule at one place that are handled alike, however far apart, under the newest of them.
 * What still lasts is not hidden under what has ended. */
export function repeated(incidents: readonly Incident[]): Group[] {
  const groups = new Map<string, Incident[]>();
  for (const incident of incidents) {
    const { rule, item, zone, camera, state, ended_at } = incident;
    const key = JSON.stringify([rule, item, zone, camera, state, ended_at === null]);
    groups.set(key, [...(groups.get(key) ?? []), incident]);
  }
  return [...groups].map(([key, members]) => ({ key, incidents: members }));
}
