/** Which screen is open, by the fragment of the address: `#/alerts/I-7?cause=drill`. */

export interface Place {
  screen: string;
  /** What follows the screen's name, as the id of an incident. */
  rest: readonly string[];
  query: URLSearchParams;
}

/** Read a fragment; an empty one is the screen with an empty name. */
export function placeOf(fragment: string): Place {
  const [path = "", query = ""] = fragment.replace(/^#?\/?/, "").split("?", 2);
  const [screen = "", ...rest] = path.split("/").map(decodeURIComponent);
  return { screen, rest: rest.filter((part) => part !== ""), query: new URLSearchParams(query) };
}

/** Return the address of a screen, for links. */
export function link(screen: string, rest: readonly string[] = [], query: Record<string, string> = {}): string {
  const path = [screen, ...rest].map(encodeURIComponent).join("/");
  const asked = new URLSearchParams(query).toString();
  return `#/${path}${asked === "" ? "" : `?${asked}`}`;
}

class Router {
  place = $state<Place>(placeOf(""));

  start(): void {
    this.#read();
    window.addEventListener("hashchange", () => this.#read());
  }

  go(to: string): void {
    window.location.hash = to;
  }

  #read(): void {
    this.place = placeOf(window.location.hash);
  }
}

export const router = new Router();
