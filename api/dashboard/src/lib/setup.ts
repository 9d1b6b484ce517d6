/** Setting the office up: people, what is drawn into views, where alerts go, drills, and the site file. */

import { address, ask, askAll, type Page } from "./api";
import type { ZoneKind } from "./office.svelte";
import type { Point } from "./polygon";
import type { Role } from "./session.svelte";

export interface User {
  account: string;
  name: string;
  active: boolean;
  roles: { role: Role; camera: string | null }[];
  authenticator: boolean;
  must_change_password: boolean;
}

const user = (account: string) => `/users/${encodeURIComponent(account)}`;

export const users = () => askAll<User>("/users");

export const addUser = (account: string, name: string, password: string, roles: readonly Role[]) =>
  ask<User>("POST", "/users", { body: { account, name, password, roles: roles.map((role) => ({ role })) } });

export const changeUser = (
  account: string,
  change: { active?: boolean; roles?: { role: Role; camera: string | null }[] },
) => ask<User>("PATCH", user(account), { body: change });

export const setPassword = (account: string, password: string) =>
  ask<undefined>("PUT", `${user(account)}/password`, { body: { password } });

export const unlock = (account: string) => ask<undefined>("POST", `${user(account)}/unlock`);

export interface Settings {
  digest: string;
  text: string;
  warnings: string[];
}

export const settings = () => ask<Settings>("GET", "/settings");

export interface SettingsChange {
  digest: string;
  changes: { key: string; from: unknown; to: unknown }[];
  warnings: string[];
}

/** Something that is drawn into a camera's view. */
export type Shape =
  | { what: "zones"; id: string; kind: ZoneKind; serves: string | null; polygon: readonly Point[] }
  | { what: "slots"; id: string; polygon: readonly Point[] };

/** Draw a shape, or take it out; only say what that would change where it is a dry run. */
export function changeShape(
  camera: string,
  shape: Shape,
  remove: boolean,
  digest: string,
  dryRun: boolean,
): Promise<SettingsChange> {
  const path = `/cameras/${encodeURIComponent(camera)}/${shape.what}/${encodeURIComponent(shape.id)}`;
  const at = address(path, { digest, dry_run: dryRun });
  if (remove) return ask("DELETE", at);
  const { polygon } = shape;
  const body = shape.what === "slots" ? { polygon } : { kind: shape.kind, polygon, serves: shape.serves };
  return ask("PUT", at, { body });
}

export interface Destination {
  id: string;
  kind: string;
  leads_to: string;
  waiting: number;
  dead: number;
}

export const destinations = () => askAll<Destination>("/alerts/destinations");

export const testDestination = (id: string) =>
  ask<{ delivered: boolean; failure: string | null }>("POST", `/alerts/destinations/${encodeURIComponent(id)}/test`);

export interface Drill {
  id: string;
  item: string;
  by: string;
  within_s: number;
  started: string;
  state: "running" | "passed" | "failed" | "broken_off";
  took_s: number | null;
  failure: string | null;
}

export const drills = async () => (await ask<Page<Drill>>("GET", "/drills")).items;

export const beginDrill = (item: string, withinS: number, tells: boolean) =>
  ask<Drill>("POST", "/drills", { body: { item, within_s: withinS, tells } });
