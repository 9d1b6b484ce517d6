/** The moment that all players show: it runs at a speed, waits for whoever has no picture yet, and leaps over gaps. */

/** What a player has of a moment. ready: its picture. waiting: it is being fetched. nothing: nothing was recorded. */
export type Holding = "ready" | "waiting" | "nothing";

export interface Follower {
  /** Show a moment, at a speed; 0 where it stands still. Returns what there is of it. */
  show(atMs: number, rate: number): Holding;
  /** When there is a picture again after a moment, null where that is not known. */
  nextAfter(atMs: number): number | null;
}

export const RATES = [0.25, 0.5, 1, 2, 4, 8, 16] as const;

export class Playback {
  atMs = $state(0);
  playing = $state(false);
  rate = $state(1);
  readonly #followers = new Set<Follower>();
  #lastMs = 0;

  join(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** Go to a moment. */
  seek(atMs: number): void {
    this.atMs = atMs;
  }

  toggle(): void {
    this.playing = !this.playing;
  }

  /** Let time go on: nowMs is a clock that never goes back. */
  tick(nowMs: number): void {
    const passedMs = Math.min(250, Math.max(0, nowMs - this.#lastMs));
    this.#lastMs = nowMs;
    const held = [...this.#followers].map((follower) => follower.show(this.atMs, this.playing ? this.rate : 0));
    if (!this.playing || held.length === 0 || held.includes("waiting")) return;
    if (held.includes("ready")) this.atMs += passedMs * this.rate;
    else this.#leap();
  }

  /** Run until the page is left; returns what ends it. */
  run(): () => void {
    let frame = requestAnimationFrame(
      function next(this: Playback, nowMs: number) {
        this.tick(nowMs);
        frame = requestAnimationFrame(next.bind(this));
      }.bind(this),
    );
    return () => cancelAnimationFrame(frame);
  }

  /** Nobody has a picture: go to where somebody has one again, or stop. */
  #leap(): void {
    const next = [...this.#followers].map((follower) => follower.nextAfter(this.atMs)).filter((at) => at !== null);
    if (next.length === 0) this.playing = false;
    else this.atMs = Math.min(...next);
  }
}
