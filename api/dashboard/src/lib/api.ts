/** The HTTP interface: requests to /api/v1, its errors, and what all requests share. */

export interface Fault {
  at: string;
  says: string;
}

/** An answer that is an error, as problem details (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    /** Which problem: the last part of `type`, as `code-needed`. */
    readonly kind: string,
    readonly detail: string,
    readonly faults: readonly Fault[] = [],
    readonly retryAfterS: number | null = null,
  ) {
    super(detail);
  }
}

/** No answer came: the service or the network is away. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Options {
  /** Sent as JSON. */
  body?: unknown;
  /** What a second person's signature was answered with; goes as X-Cosign. */
  cosign?: string;
  /** The id of the mandate in force; goes as X-Mandate. */
  mandate?: string;
  signal?: AbortSignal;
  /** A password goes along: being refused tells of what was typed, and not that the session is over. */
  proving?: boolean;
}

type SignedOut = () => void;

let csrf: string | null = null;
let signedOut: SignedOut = () => undefined;

/** Take the token that goes along with everything that changes something; null once nobody is signed in. */
export function useCsrf(token: string | null): void {
  csrf = token;
}

/** Have something called when the service says that nobody is signed in any more. */
export function onSignedOut(then: SignedOut): void {
  signedOut = then;
}

export const BASE = "/api/v1";

/** Ask the service. Throws Problem or Unreachable; a signal that was aborted throws its own reason. */
export async function ask<Answer>(method: Method, path: string, options: Options = {}): Promise<Answer> {
  const response = await send(method, path, options);
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.status === 401 && csrf !== null && !options.proving) signedOut();
    throw problem;
  }
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** Ask for a list that is short enough to be had whole, page by page. */
export async function askAll<Item>(path: string): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await ask<Page<Item>>("GET", address(path, { cursor }));
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

/** Return an address with its query; values that are null or undefined are left out. */
export function address(path: string, query: Record<string, string | number | boolean | null | undefined>): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text === "" ? path : `${path}?${text}`;
}

async function send(method: Method, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf !== null) headers["X-CSRF-Token"] = csrf;
  if (options.cosign !== undefined) headers["X-Cosign"] = options.cosign;
  if (options.mandate !== undefined) headers["X-Mandate"] = options.mandate;
  try {
    return await fetch(BASE + path, {
      method,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new Unreachable(String(error));
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const after = Number(response.headers.get("Retry-After"));
  const retryAfterS = after > 0 ? after : null;
  if (!(response.headers.get("Content-Type") ?? "").startsWith("application/problem+json")) {
    return new Problem(response.status, "unknown", response.statusText, [], retryAfterS);
  }
  const told = (await response.json()) as { type: string; detail: string; faults?: Fault[] };
  const kind = told.type.slice(told.type.lastIndexOf(":") + 1);
  return new Problem(response.status, kind, told.detail, told.faults ?? [], retryAfterS);
}
