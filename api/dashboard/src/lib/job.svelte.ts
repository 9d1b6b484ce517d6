/** A job that runs in the service, followed to its end. */

import { ask } from "./api";
import type { Job } from "./evidence";

const LOOKED_EVERY_MS = 500;

export class RunningJob {
  value = $state.raw<Job | null>(null);
  error = $state.raw<unknown>(null);

  /** Whether it is under way. */
  get isRunning(): boolean {
    return this.value !== null && this.value.state !== "done" && this.value.state !== "failed";
  }

  /** Begin, and follow it in the background: what begins it answers with the job. Throws what that throws. */
  async begin(start: () => Promise<Job>): Promise<void> {
    this.error = null;
    this.value = await start();
    void this.#follow(this.value.id);
  }

  async #follow(id: string): Promise<void> {
    try {
      while (this.isRunning) {
        await new Promise((resolve) => setTimeout(resolve, LOOKED_EVERY_MS));
        this.value = await ask<Job>("GET", `/jobs/${encodeURIComponent(id)}`);
      }
    } catch (error) {
      this.error = error;
    }
  }
}
