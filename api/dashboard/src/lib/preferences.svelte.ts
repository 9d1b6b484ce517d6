/** What each person sets for this browser: language, light, and how alerts are told. Kept in the browser only. */

export type Language = "ja" | "en";
export type Theme = "auto" | "light" | "dark";

const KEY = "kuraban.preferences";

interface Kept {
  language: Language;
  theme: Theme;
  /** Whether an alert is heard. */
  sound: boolean;
  /** Whether an alert is shown by the browser beside its window. */
  notify: boolean;
}

class Preferences {
  language = $state<Language>("ja");
  theme = $state<Theme>("auto");
  sound = $state(false);
  notify = $state(false);

  /** Read what was kept, and the browser's language where nothing was. */
  load(): void {
    const kept = readKept();
    this.language = kept.language ?? (navigator.language.startsWith("ja") ? "ja" : "en");
    this.theme = kept.theme ?? "auto";
    this.sound = kept.sound ?? false;
    this.notify = kept.notify ?? false;
    this.#apply();
  }

  set(change: Partial<Kept>): void {
    const { language, theme, sound, notify } = this;
    const kept: Kept = { language, theme, sound, notify, ...change };
    localStorage.setItem(KEY, JSON.stringify(kept));
    Object.assign(this, kept);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.lang = this.language;
    document.documentElement.dataset["theme"] = this.theme;
  }
}

function readKept(): Partial<Kept> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>;
  } catch {
    // What is not JSON was not written by this page: the browser's own settings hold.
    return {};
  }
}

export const preferences = new Preferences();
