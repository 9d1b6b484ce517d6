/** Tells of a new alert beyond the page: by a tone, and by a notification of the browser, as the person has chosen. */

import { words } from "../text/words";
import { changes } from "./changes.svelte";
import type { Incident } from "./incidents";
import { office } from "./office.svelte";
import { preferences } from "./preferences.svelte";
import { link } from "./router.svelte";

const TONES_HZ = [880, 660];
const TONE_S = 0.18;

/** Tell of alerts from now on; returns what ends it. What was missed while away is not told so late. */
export function heraldAlerts(): () => void {
  return changes.on(["incident.raised"], (change) => {
    if (change === null) return;
    const incident = change.body as unknown as Incident;
    if (incident.severity === "notice") return;
    if (preferences.sound) ring();
    if (preferences.notify && Notification.permission === "granted") show(incident);
  });
}

/** Sound as an alert does; also so that a person hears what was switched on. */
export function ring(): void {
  const context = new AudioContext();
  TONES_HZ.forEach((frequency, index) => {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const begin = context.currentTime + index * TONE_S;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.2, begin);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + TONE_S);
    tone.connect(volume).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + TONE_S);
    if (index === TONES_HZ.length - 1) tone.onended = () => void context.close();
  });
}

function show(incident: Incident): void {
  const place = office.placeOf(incident);
  const notification = new Notification(words().rules[incident.rule] ?? incident.rule, {
    body: place,
    tag: incident.id,
    lang: preferences.language,
  });
  notification.onclick = () => {
    window.focus();
    window.location.hash = link("alerts", [incident.id]);
  };
}
