/** Something that the service answers, asked for again whenever what it tells of has changed. */

import { changes, type ChangeKind } from "./changes.svelte";

/** Many changes at once are one reason to ask again; it is asked for at most so often. */
const AT_MOST_EVERY_MS = 400;

export class Followed<Value> {
  /** The newest answer; it stays while a newer one cannot be had. */
  value = $state.raw<Value | null>(null);
  /** Why the last attempt failed, null where it did not. */
  error = $state.raw<unknown>(null);
  readonly #load: () => Promise<Value>;
  readonly #kinds: readonly ChangeKind[];
  #asking = false;
  #outdated = false;

  constructor(load: () => Promise<Value>, kinds: readonly ChangeKind[]) {
    this.#load = load;
    this.#kinds = kinds;
  }

  /** Ask, and go on asking; returns what ends it. For `$effect`. */
  follow(): () => void {
    void this.refresh();
    return changes.on(this.#kinds, () => void this.refresh());
  }

  /** Ask again; while an answer is under way, once more after it. */
  async refresh(): Promise<void> {
    this.#outdated = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#outdated) {
      this.#outdated = false;
      await this.#ask();
      if (this.#outdated) await new Promise((resolve) => setTimeout(resolve, AT_MOST_EVERY_MS));
    }
    this.#asking = false;
  }

  async #ask(): Promise<void> {
    try {
      this.value = await this.#load();
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }
}
