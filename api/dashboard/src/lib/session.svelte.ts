/** Who is signed in at this browser, and what the person may do. */

import { ask, onSignedOut, Problem, useCsrf } from "./api";

export type Permission =
  "view" | "replay" | "export" | "hold" | "release" | "count" | "configure" | "audit" | "manage_users";

export const ROLES = ["viewer", "counter_staff", "custodian", "investigator", "auditor", "administrator"] as const;
export type Role = (typeof ROLES)[number];

export interface Me {
  account: string;
  name: string;
  roles: { role: Role; camera: string | null }[];
  permissions: { permission: Permission; cameras: string[] | null }[];
  must_change_password: boolean;
  authenticator: boolean;
  csrf: string | null;
  session_ends: string | null;
}

export interface FirstAdministrator {
  code: string;
  account: string;
  name: string;
  password: string;
  roles: Role[];
}

export interface Claim {
  account: string;
  password: string;
  code: string | null;
}

/** asking: not known yet. first: nobody has an account. out: nobody is signed in. */
export type Standing = "asking" | "first" | "out" | "in";

class Session {
  standing = $state<Standing>("asking");
  me = $state.raw<Me | null>(null);
  /** Whether a session ended without the person having asked for it. */
  ended = $state(false);

  /** Find out who is signed in. Throws Unreachable, and Problem where the service is ill. */
  async begin(): Promise<void> {
    onSignedOut(() => this.#lose());
    try {
      this.#enter(await ask<Me>("GET", "/access/me"));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      const { needed } = await ask<{ needed: boolean }>("GET", "/access/first");
      this.standing = needed ? "first" : "out";
    }
  }

  async signIn(claim: Claim): Promise<void> {
    this.#enter(await ask<Me>("POST", "/access/login", { body: claim }));
  }

  async makeFirst(administrator: FirstAdministrator): Promise<void> {
    this.#enter(await ask<Me>("POST", "/access/first", { body: administrator }));
  }

  async changePassword(password: string, code: string | null, chosen: string): Promise<void> {
    await ask("PUT", "/access/me/password", { body: { password, code, new: chosen }, proving: true });
    this.#enter(await ask<Me>("GET", "/access/me"));
  }

  async signOut(): Promise<void> {
    await ask("POST", "/access/logout");
    this.#leave();
  }

  /** Whether something may be done, for the site or for at least one camera. */
  may(permission: Permission): boolean {
    return this.me?.permissions.some((held) => held.permission === permission) ?? false;
  }

  /** Whether something may be done for the whole site. */
  mayEverywhere(permission: Permission): boolean {
    return this.me?.permissions.some((held) => held.permission === permission && held.cameras === null) ?? false;
  }

  /** Whether something may be done with a camera. */
  mayAt(permission: Permission, camera: string): boolean {
    const held = this.me?.permissions.find((found) => found.permission === permission);
    return held !== undefined && (held.cameras === null || held.cameras.includes(camera));
  }

  #enter(me: Me): void {
    useCsrf(me.csrf);
    this.me = me;
    this.ended = false;
    this.standing = "in";
  }

  #leave(): void {
    useCsrf(null);
    this.me = null;
    this.standing = "out";
  }

  #lose(): void {
    this.#leave();
    this.ended = true;
  }
}

export const session = new Session();
