/** The screens of the page: what each needs, and how its code is fetched when it is first opened. */

import type { Component } from "svelte";

import type { IconName } from "../components/Icon.svelte";
import type { words } from "../text/words";
import type { Permission } from "./session.svelte";

export interface Screen {
  name: keyof ReturnType<typeof words>["frame"]["screens"] & IconName;
  /** null: for everybody who is signed in. */
  needs: Permission | null;
  load: () => Promise<{ default: Component }>;
}

/** In the order of the navigation. The first that a person may open is where the person begins. */
export const SCREENS: readonly Screen[] = [
  { name: "live", needs: "view", load: () => import("../screens/Live.svelte") },
  { name: "alerts", needs: "view", load: () => import("../screens/Alerts.svelte") },
  { name: "counter", needs: "count", load: () => import("../screens/Counter.svelte") },
  { name: "footage", needs: "replay", load: () => import("../screens/Footage.svelte") },
  { name: "investigation", needs: "hold", load: () => import("../screens/Investigation.svelte") },
  { name: "oversight", needs: "audit", load: () => import("../screens/Oversight.svelte") },
  { name: "setup", needs: "configure", load: () => import("../screens/Setup.svelte") },
  { name: "account", needs: null, load: () => import("../screens/Account.svelte") },
];
