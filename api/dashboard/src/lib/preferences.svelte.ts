/** What each person sets for this browser: language and light. Kept in the browser only. */

export type Language = "ja" | "en";
export type Theme = "auto" | "light" | "dark";

const KEY = "kuraban.preferences";

interface Kept {
  language: Language;
  theme: Theme;
}

class Preferences {
  language = $state<Language>("ja");
  theme = $state<Theme>("auto");

  /** Read what was kept, and the browser's language where nothing was. */
  load(): void {
    const kept = readKept();
    this.language = kept.language ?? (navigator.language.startsWith("ja") ? "ja" : "en");
    this.theme = kept.theme ?? "auto";
    this.#apply();
  }

  set(change: Partial<Kept>): void {
    this.language = change.language ?? this.language;
    this.theme = change.theme ?? this.theme;
    localStorage.setItem(KEY, JSON.stringify({ language: this.language, theme: this.theme }));
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
