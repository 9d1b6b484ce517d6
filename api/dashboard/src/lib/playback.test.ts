import { beforeEach, expect, test } from "vitest";

import { Playback, type Follower, type Holding } from "./playback.svelte";

class Recorded implements Follower {
  shown: [number, number][] = [];

  constructor(
    readonly holding: (atMs: number) => Holding,
    readonly next: number | null = null,
  ) {}

  show(atMs: number, rate: number): Holding {
    this.shown.push([atMs, rate]);
    return this.holding(atMs);
  }

  nextAfter(): number | null {
    return this.next;
  }
}

let playback: Playback;

/** Let so many steps of 100 ms pass. */
function pass(steps: number) {
  for (let step = 1; step <= steps; step += 1) playback.tick(step * 100);
}

beforeEach(() => {
  playback = new Playback();
  playback.seek(1000);
  playback.playing = true;
});

test("time goes on as fast as it was asked to, the same for everybody", () => {
  const [one, two] = [new Recorded(() => "ready"), new Recorded(() => "ready")];
  playback.join(one);
  playback.join(two);
  playback.rate = 4;
  pass(3);
  expect(playback.atMs).toBe(1000 + 3 * 400);
  expect(one.shown).toEqual(two.shown);
});

test("everybody waits for whoever has no picture yet", () => {
  playback.join(new Recorded(() => "ready"));
  playback.join(new Recorded(() => "waiting"));
  pass(3);
  expect(playback.atMs).toBe(1000);
});

test("a gap of one camera holds up nobody, a gap of all is leapt over to where somebody has a picture again", () => {
  playback.join(new Recorded(() => "nothing", 9000));
  const leave = playback.join(new Recorded(() => "ready"));
  pass(1);
  expect(playback.atMs).toBe(1100);
  leave();
  playback.join(new Recorded((atMs) => (atMs >= 5000 ? "ready" : "nothing"), 5000));
  pass(1);
  expect(playback.atMs).toBe(5000);
});

test("where nothing comes any more it stops", () => {
  playback.join(new Recorded(() => "nothing"));
  pass(1);
  expect(playback.playing).toBe(false);
});

test("who stands still shows the moment and stays there", () => {
  const one = new Recorded(() => "ready");
  playback.join(one);
  playback.playing = false;
  pass(2);
  expect(one.shown.at(-1)).toEqual([1000, 0]);
});

test("a tab that slept does not leap", () => {
  playback.join(new Recorded(() => "ready"));
  playback.tick(0);
  playback.tick(60_000);
  expect(playback.atMs).toBe(1250);
});
