/** Moments and lengths of time as people read them, in the office's own time zone. Pure. */

import type { Language } from "./preferences.svelte";

const LOCALES: Readonly<Record<Language, string>> = { ja: "ja-JP", en: "en-GB" };
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Form = "clock" | "second" | "day" | "moment";

const FORMS: Readonly<Record<Form, Intl.DateTimeFormatOptions>> = {
  clock: { hour: "2-digit", minute: "2-digit" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  day: { month: "numeric", day: "numeric", weekday: "short" },
  moment: { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** Write moments (UTC milliseconds) for one office and one language. */
export class Calendar {
  constructor(
    readonly timezone: string,
    readonly language: Language,
  ) {}

  /** 17:10 */
  clock(atMs: number): string {
    return this.#format("clock").format(atMs);
  }

  /** 17:10:05 */
  second(atMs: number): string {
    return this.#format("second").format(atMs);
  }

  /** 2/21(水), or Wed, 21/02 */
  day(atMs: number): string {
    return this.#format("day").format(atMs);
  }

  /** Day and time to the second. */
  moment(atMs: number): string {
    return this.#format("moment").format(atMs);
  }

  /** The local day of a moment as YYYY-MM-DD. */
  dateOf(atMs: number): string {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: this.timezone }).format(atMs);
  }

  /** When a local day (YYYY-MM-DD) begins. */
  beginOf(date: string): number {
    // The offset at noon tells the day's begin, but where clocks are set on that day; a second look corrects that.
    const utc = Date.parse(`${date}T00:00:00Z`);
    const guess = utc - this.#offsetMs(utc + DAY / 2);
    return utc - this.#offsetMs(guess);
  }

  #offsetMs(atMs: number): number {
    const local = new Intl.DateTimeFormat("sv-SE", {
      timeZone: this.timezone,
      dateStyle: "short",
      timeStyle: "medium",
    }).format(atMs);
    return Date.parse(`${local.replace(" ", "T")}Z`) - Math.floor(atMs / SECOND) * SECOND;
  }

  #format(form: Form): Intl.DateTimeFormat {
    const key = `${form} ${this.language} ${this.timezone}`;
    let format = formats.get(key);
    if (format === undefined) {
      format = new Intl.DateTimeFormat(LOCALES[this.language], {
        ...FORMS[form],
        timeZone: this.timezone,
        hourCycle: "h23",
      });
      formats.set(key, format);
    }
    return format;
  }
}

/** Return a length in its two largest units, as 2 時間 5 分 or 40 s. Negative ones count as none. */
export function lengthOf(ms: number, language: Language): string {
  const units = UNITS[language];
  const left = Math.max(0, ms);
  if (left < MINUTE) return `${Math.floor(left / SECOND)}${units.second}`;
  if (left < HOUR) return `${Math.floor(left / MINUTE)}${units.minute}`;
  const [large, small] = left < DAY ? ([HOUR, MINUTE] as const) : ([DAY, HOUR] as const);
  const [first, second] = left < DAY ? [units.hour, units.minute] : [units.day, units.hour];
  const rest = Math.floor((left % large) / small);
  return `${Math.floor(left / large)}${first}${rest === 0 ? "" : units.between + String(rest) + second}`;
}

const UNITS = {
  ja: { second: "秒", minute: "分", hour: "時間", day: "日", between: "" },
  en: { second: " s", minute: " min", hour: " h", day: " d", between: " " },
} as const;
