/** One camera's footage in a <video>: the segments around a moment, at their place on one axis of time. */

import { segments, type Segment } from "./footage";
import type { Follower, Holding } from "./playback.svelte";

/** Segments are listed for so long a stretch at once. */
const LISTED_MS = 10 * 60_000;
const LISTED_AGAIN_MS = 10_000;
const AHEAD_MS = 20_000;
const BEHIND_MS = 30_000;
const DRIFT_S = 0.15;

interface Placed extends Segment {
  startMs: number;
  endMs: number;
}

export class FootagePlayer implements Follower {
  readonly #video: HTMLVideoElement;
  readonly #camera: string;
  readonly #mandate: string;
  readonly #limits: { startMs: number; endMs: number };
  readonly #failed: (error: unknown) => void;
  readonly #source = new MediaSource();
  readonly #address: string;
  #buffer: SourceBuffer | null = null;
  #codec: string | null = null;
  /** The stretches that were listed, by their number, and what is in them; null while they are being listed. */
  readonly #lists = new Map<number, Placed[] | null>();
  /** When what is still being recorded was listed, by the number of its stretch. */
  readonly #listedMs = new Map<number, number>();
  /** Segments that lie in the buffer. */
  readonly #held = new Map<number, Placed>();
  #busy = false;
  #closed = false;

  /** limits: what the mandate covers, UTC milliseconds; the axis begins there. failed: told of what cannot be fetched. */
  constructor(
    video: HTMLVideoElement,
    camera: string,
    mandate: string,
    limits: { startMs: number; endMs: number },
    failed: (error: unknown) => void,
  ) {
    this.#video = video;
    this.#camera = camera;
    this.#mandate = mandate;
    this.#limits = limits;
    this.#failed = failed;
    this.#address = URL.createObjectURL(this.#source);
    video.src = this.#address;
  }

  show(atMs: number, rate: number): Holding {
    const segment = this.#at(atMs);
    if (segment === "unknown") return "waiting";
    void this.#fill(atMs);
    if (segment === null) {
      this.#video.pause();
      return "nothing";
    }
    if (!this.#held.has(segment.startMs)) return "waiting";
    this.#follow((atMs - this.#limits.startMs) / 1000, rate);
    return this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? "ready" : "waiting";
  }

  nextAfter(atMs: number): number | null {
    const known = [...this.#lists.values()].flatMap((list) => list ?? []);
    const starts = known.map(({ startMs }) => startMs).filter((startMs) => startMs > atMs);
    if (starts.length > 0) return Math.min(...starts);
    const next = (this.#number(atMs) + 1) * LISTED_MS;
    return next < this.#limits.endMs ? next : null;
  }

  /** Return how long a picture is shown at a moment, in milliseconds. */
  frameMs(atMs: number): number {
    const segment = this.#at(atMs);
    if (segment === null || segment === "unknown") return 40;
    return (segment.endMs - segment.startMs) / Math.max(1, segment.frames);
  }

  close(): void {
    this.#closed = true;
    URL.revokeObjectURL(this.#address);
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  #follow(atS: number, rate: number): void {
    const video = this.#video;
    if (rate === 0) {
      video.pause();
      if (Math.abs(video.currentTime - atS) > 0.001 && !video.seeking) video.currentTime = atS;
      return;
    }
    video.playbackRate = rate;
    if (Math.abs(video.currentTime - atS) > DRIFT_S * Math.max(1, rate) && !video.seeking) video.currentTime = atS;
    // That playing was interrupted by the next call is no error.
    if (video.paused) video.play().catch(() => undefined);
  }

  /** Return the segment of a moment, null where nothing was recorded. */
  #at(atMs: number): Placed | null | "unknown" {
    if (atMs < this.#limits.startMs || atMs >= this.#limits.endMs) return null;
    const list = this.#list(this.#number(atMs));
    if (list === null) return "unknown";
    return list.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs) ?? null;
  }

  readonly #number = (atMs: number) => Math.floor(atMs / LISTED_MS);

  #list(number: number): Placed[] | null {
    const known = this.#lists.get(number);
    if (known !== undefined && !this.#isOutdated(number)) return known;
    this.#listedMs.set(number, performance.now());
    if (known === undefined) this.#lists.set(number, null);
    const startMs = Math.max(this.#limits.startMs, number * LISTED_MS);
    const endMs = Math.min(this.#limits.endMs, (number + 1) * LISTED_MS);
    segments(this.#camera, { startMs, endMs }, this.#mandate).then(
      (found) => this.#lists.set(number, found.map(placed)),
      (error: unknown) => this.#failed(error),
    );
    return known ?? null;
  }

  /** What lies in the past does not change; of what is being recorded there is more after a while. */
  #isOutdated(number: number): boolean {
    const isGrowing = (number + 1) * LISTED_MS > Date.now();
    return isGrowing && performance.now() - (this.#listedMs.get(number) ?? 0) > LISTED_AGAIN_MS;
  }

  /** Fetch the next segment that is missing around a moment, one after the other; forget those far from it. */
  async #fill(atMs: number): Promise<void> {
    if (this.#busy || this.#closed || this.#source.readyState !== "open") return;
    const missing = this.#missing(atMs);
    const far = [...this.#held.values()].filter(
      ({ startMs, endMs }) => endMs < atMs - BEHIND_MS || startMs > atMs + 2 * AHEAD_MS,
    );
    if (missing === null && far.length === 0) return;
    this.#busy = true;
    try {
      for (const segment of far) await this.#forget(segment);
      if (missing !== null) await this.#append(missing);
    } catch (error) {
      if (!this.#closed) this.#failed(error);
    } finally {
      this.#busy = false;
    }
  }

  #missing(atMs: number): Placed | null {
    for (let number = this.#number(atMs); number <= this.#number(atMs + AHEAD_MS); number += 1) {
      const list = number * LISTED_MS < this.#limits.endMs ? this.#list(number) : [];
      const found = list?.find(
        ({ startMs, endMs }) => endMs > atMs && startMs < atMs + AHEAD_MS && !this.#held.has(startMs),
      );
      if (found !== undefined) return found;
    }
    return null;
  }

  async #append(segment: Placed): Promise<void> {
    const response = await fetch(segment.uri, { credentials: "same-origin" });
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const data = await response.arrayBuffer();
    if (this.#closed) return;
    const buffer = this.#bufferFor(segment.codec);
    buffer.timestampOffset = (segment.startMs - this.#limits.startMs) / 1000;
    buffer.appendBuffer(data);
    await settled(buffer);
    this.#held.set(segment.startMs, segment);
  }

  async #forget(segment: Placed): Promise<void> {
    this.#held.delete(segment.startMs);
    if (this.#buffer === null) return;
    const [start, end] = [segment.startMs, segment.endMs].map((at) => (at - this.#limits.startMs) / 1000);
    this.#buffer.remove(start as number, end as number);
    await settled(this.#buffer);
  }

  #bufferFor(codec: string): SourceBuffer {
    const type = `video/mp4; codecs="${codec}"`;
    if (this.#buffer === null) this.#buffer = this.#source.addSourceBuffer(type);
    else if (this.#codec !== codec) this.#buffer.changeType(type);
    this.#codec = codec;
    return this.#buffer;
  }
}

const placed = (segment: Segment): Placed => ({
  ...segment,
  startMs: Date.parse(segment.from),
  endMs: Date.parse(segment.to),
});

function settled(buffer: SourceBuffer): Promise<void> {
  return new Promise((resolve, reject) => {
    buffer.addEventListener("updateend", () => resolve(), { once: true });
    buffer.addEventListener("error", () => reject(new Error("the segment cannot be decoded")), { once: true });
  });
}
