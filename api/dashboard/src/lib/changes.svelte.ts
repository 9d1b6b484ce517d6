/** What happens at the office, as it happens: server-sent events, resumed where they broke off. */

import { ask, BASE } from "./api";
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

export interface Change {
  id: number;
  kind: ChangeKind;
  at: string;
  camera: string | null;
  body: Record<string, unknown>;
}

/** Told of a change; of null where so much was missed that everything must be asked for anew. */
export type Listener = (change: Change | null) => void;

/** A connection that is cut in the middle tells the browser nothing: the service is asked so often whether it is there. */
const PROBED_EVERY_MS = 15_000;
const ANSWERS_WITHIN_MS = 5_000;

class Changes {
  /** Whether the page hears of what happens. */
  online = $state(true);
  /** When it last did, by the browser's clock. */
  heardAtMs = $state(Date.now());
  #source: EventSource | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  /** The id of the newest change that is known. */
  #last: string | null = null;
  readonly #listeners = new Map<ChangeKind, Set<Listener>>();

  /** Begin to listen; returns what ends it. */
  start(): () => void {
    this.#last = null;
    this.#connect();
    const probing = setInterval(() => void this.#probe(), PROBED_EVERY_MS);
    const away = () => this.#drop();
    window.addEventListener("offline", away);
    return () => {
      clearInterval(probing);
      window.removeEventListener("offline", away);
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
    const after = this.#last === null ? "" : `?after=${this.#last}`;
    const source = new EventSource(`${BASE}/changes${after}`);
    for (const kind of CHANGE_KINDS) {
      source.addEventListener(kind, (event: MessageEvent<string>) => {
        this.#heard(event);
        const change = JSON.parse(event.data) as Change;
        for (const listener of this.#listeners.get(kind) ?? []) listener(change);
      });
    }
    source.addEventListener("ready", (event: MessageEvent<string>) => this.#heard(event));
    source.addEventListener("reset", (event: MessageEvent<string>) => {
      this.#heard(event);
      const everybody = new Set([...this.#listeners.values()].flatMap((listeners) => [...listeners]));
      for (const listener of everybody) listener(null);
    });
    source.onerror = () => this.#lost(source);
    this.#source = source;
  }

  #heard(event: MessageEvent<string>): void {
    this.#last = event.lastEventId;
    this.#attempt = 0;
    this.online = true;
    this.heardAtMs = Date.now();
  }

  /** A browser connects again by itself when the connection breaks, but not after an answer that is an error. */
  #lost(source: EventSource): void {
    this.online = false;
    if (source.readyState === EventSource.CLOSED) this.#retry();
  }

  async #probe(): Promise<void> {
    if (!this.online) return;
    try {
      await ask("GET", "/health", { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    } catch {
      // Whatever it is that keeps the service from answering: it cannot be followed now.
      this.#drop();
    }
  }

  /** Take the connection for lost, and make another one. */
  #drop(): void {
    this.#source?.close();
    this.online = false;
    this.#retry();
  }

  #retry(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#connect(), waitMs(this.#attempt));
    this.#attempt += 1;
  }
}

export const changes = new Changes();
