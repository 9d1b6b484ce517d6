/** The office that the page shows: its name, its clock and what it keeps. Asked once, and again after a change. */

import { words } from "../text/words";
import { ask, askAll } from "./api";
import { preferences } from "./preferences.svelte";
import { session } from "./session.svelte";
import { Calendar } from "./time";

export type ItemKind = "terminal" | "cards" | "key" | "door";
export type ZoneKind = "counter" | "staff_side" | "staff_only" | "public" | "vault" | "private" | "ignore";
export type Health = "clear" | "covered" | "dark" | "frozen" | "blurred" | "moved" | "silent";
export type RecorderState = "recording" | "waiting" | "stopped" | "off";
export type Corners = readonly (readonly [number, number])[];

export interface Item {
  id: string;
  kind: ItemKind;
  name: string;
  expected: number | null;
}

export interface Named {
  id: string;
  name: string;
}

/** All terminals together, which are counted as one. */
const TERMINALS = "terminals";

export interface Site {
  id: string;
  name: string;
  timezone: string;
  now: string;
  today: { is_open: boolean; opens: string | null; closes: string | null };
  items: Item[];
  cameras: Named[];
  zones: Named[];
}

export interface Camera {
  id: string;
  online: boolean;
  reason: string | null;
  health: Health | null;
  fps: number;
  width: number;
  height: number;
  codec: string | null;
  last_frame: string | null;
  recorder: RecorderState;
  recorder_reason: string | null;
}

export interface Zone {
  id: string;
  kind: ZoneKind;
  polygon: Corners;
  serves: string | null;
}

export interface Slot {
  id: string;
  polygon: Corners;
  counter: string | null;
}

export interface CameraDetail extends Camera {
  zones: Zone[];
  slots: Slot[];
}

class Office {
  site = $state.raw<Site | null>(null);
  /** The time by the service's clock, to the second; the browser's own may be wrong. */
  nowMs = $state(0);
  /** What the ledger calls the things in custody, by their ids; for those who may see the whole site. */
  #registered = $state.raw<ReadonlyMap<string, string>>(new Map());
  #aheadMs = 0;

  readonly calendar = $derived(new Calendar(this.site?.timezone ?? "UTC", preferences.language));

  async load(): Promise<void> {
    const askedMs = Date.now();
    const site = await ask<Site>("GET", "/site");
    this.#aheadMs = Date.parse(site.now) - (askedMs + Date.now()) / 2;
    this.site = site;
    this.#tick();
    await this.loadNames();
  }

  /** Learn what the ledger calls things; again after one was registered. */
  async loadNames(): Promise<void> {
    if (!session.mayEverywhere("view")) return;
    const kept = await askAll<{ item: string; name: string }>("/items");
    this.#registered = new Map(kept.map(({ item, name }) => [item, name]));
  }

  /** Keep the clock going; returns what stops it. */
  runClock(): () => void {
    const timer = setInterval(() => this.#tick(), 1000);
    return () => clearInterval(timer);
  }

  /** Return the time by the service's clock now. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Return the name of an item, or its id where nobody has named it. */
  nameOf(item: string): string {
    if (item === TERMINALS) return words().counter.terminals;
    return this.#registered.get(item) ?? this.site?.items.find(({ id }) => id === item)?.name ?? item;
  }

  /** Return the name of a camera, or its id. */
  cameraName(camera: string): string {
    return nameAmong(this.site?.cameras, camera);
  }

  /** Return the name of a zone, or its id. */
  zoneName(zone: string): string {
    return nameAmong(this.site?.zones, zone);
  }

  /** Return what an incident is about in words: an item, a zone or a camera. */
  placeOf({ item, zone, camera }: { item: string | null; zone: string | null; camera: string | null }): string {
    if (item !== null) return this.nameOf(item);
    if (zone !== null) return this.zoneName(zone);
    return camera === null ? "" : this.cameraName(camera);
  }

  /** Return the name of what an id means, an item, a zone or a camera; or the id. */
  called(id: string): string {
    const names = [this.nameOf(id), this.zoneName(id), this.cameraName(id)];
    return names.find((name) => name !== id) ?? id;
  }

  #tick(): void {
    this.nowMs = Math.floor(this.now() / 1000) * 1000;
  }
}

function nameAmong(known: readonly Named[] | undefined, wanted: string): string {
  return known?.find(({ id }) => id === wanted)?.name ?? wanted;
}

export const office = new Office();

/** Return one camera with its zones and slots. */
export function cameraDetail(id: string): Promise<CameraDetail> {
  return ask("GET", `/cameras/${encodeURIComponent(id)}`);
}
