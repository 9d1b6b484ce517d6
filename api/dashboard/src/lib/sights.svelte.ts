/** What the cameras see just now, as data to be drawn over their pictures: one WebSocket for all of them. */

import { SvelteMap } from "svelte/reactivity";

import { BASE } from "./api";
import type { SlotState } from "./custody";
import { waitMs } from "./live-edge";
import type { Health } from "./office.svelte";

export type Box = readonly [left: number, top: number, right: number, bottom: number];

export interface Sight {
  camera: string;
  captured_at: string;
  health: Health;
  /** null where nobody is sought. hidden: nothing shows the person just now. */
  people: { track: number; box: Box; hidden: boolean }[] | null;
  slots: Record<string, SlotState>;
}

/** The newest sight of each camera; empty while nothing is heard, because what is old must not be drawn. */
export const sights = new SvelteMap<string, Sight>();

/** Follow what the cameras see; returns what ends it. */
export function followSights(): () => void {
  let attempt = 0;
  let ended = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket;

  function connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}${BASE}/overlay`);
    socket.onmessage = (event: MessageEvent<string>) => {
      attempt = 0;
      const sight = JSON.parse(event.data) as Sight;
      sights.set(sight.camera, sight);
    };
    socket.onclose = () => {
      sights.clear();
      if (!ended) again = setTimeout(connect, waitMs(attempt++));
    };
  }

  connect();
  return () => {
    ended = true;
    clearTimeout(again);
    socket.close();
  };
}
