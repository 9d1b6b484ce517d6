/** What happens at the office, as it happens: server-sent events, resumed where they broke off. */

import { BASE } from "./api";
import { waitMs } from "./live-edge";

export const CHANGE_KINDS = [
  "incident.raised",
  "incident.ended",
  "incident.acknowledged",
  "camera.state",
  "slot.state",
  "people",
  "ledger.appended",
  "footage.segment",
  "alert.delivered",
  "alert.failed",
  "settings.changed",
  "job.progress",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Told of a change; `data` is null where the connection is new and anything may have happened meanwhile. */
export type Listener = (kind: ChangeKind, data: unknown) => void;

class Changes {
  /** Whether the page hears of what happens. */
  online = $state(true);
  /** When it last did, by the browser's clock. */
  heardAtMs = $state(Date.now());
  #source: EventSource | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  readonly #listeners = new Map<ChangeKind, Set<Listener>>();

  /** Begin to listen; returns what ends it. */
  start(): () => void {
    this.#connect();
    return () => {
      clearTimeout(this.#again);
      this.#source?.close();
      this.#source = null;
      this.online = true;
    };
  }

  /** Have somebody told of changes of these kinds; returns what ends it. */
  on(kinds: readonly ChangeKind[], listener: Listener): () => void {
    for (const kind of kinds) {
      const listeners = this.#listeners.get(kind) ?? new Set();
      this.#listeners.set(kind, listeners.add(listener));
    }
    return () => {
      for (const kind of kinds) this.#listeners.get(kind)?.delete(listener);
    };
  }

  #connect(): void {
    const source = new EventSource(`${BASE}/changes`);
    for (const kind of CHANGE_KINDS) {
      source.addEventListener(kind, (event: MessageEvent<string>) => {
        this.heardAtMs = Date.now();
        this.#tell(kind, JSON.parse(event.data));
      });
    }
    source.onopen = () => {
      const missed = !this.online;
      this.#attempt = 0;
      this.online = true;
      this.heardAtMs = Date.now();
      if (missed) for (const kind of CHANGE_KINDS) this.#tell(kind, null);
    };
    source.onerror = () => this.#lost(source);
    this.#source = source;
  }

  /** A browser connects again by itself when the connection breaks, but not after an answer that is an error. */
  #lost(source: EventSource): void {
    this.online = false;
    if (source.readyState !== EventSource.CLOSED) return;
    this.#again = setTimeout(() => this.#connect(), waitMs(this.#attempt));
    this.#attempt += 1;
  }

  #tell(kind: ChangeKind, data: unknown): void {
    for (const listener of this.#listeners.get(kind) ?? []) listener(kind, data);
  }
}

export const changes = new Changes();
