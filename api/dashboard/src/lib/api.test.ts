import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { address, ask, askAll, onSignedOut, Problem, Unreachable, useCsrf } from "./api";

const fetched = vi.fn<typeof fetch>();

beforeEach(() => vi.stubGlobal("fetch", fetched));

afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
  useCsrf(null);
  onSignedOut(() => undefined);
});

function problem(status: number, kind: string, headers: Record<string, string> = {}): Response {
  const body = { type: `urn:kuraban:problem:${kind}`, title: "", status, detail: "what to do", faults: [] };
  return Response.json(body, { status, headers: { "Content-Type": "application/problem+json", ...headers } });
}

function sentHeaders(): Record<string, string> {
  return fetched.mock.calls[0]?.[1]?.headers as Record<string, string>;
}

test("what changes something carries the token of the session, what only reads does not", async () => {
  useCsrf("token");
  fetched.mockImplementation(async () => Response.json({}));
  await ask("GET", "/site");
  expect(sentHeaders()).not.toHaveProperty("X-CSRF-Token");
  fetched.mockClear();
  await ask("POST", "/counts", { body: { number: 78 }, cosign: "second" });
  expect(sentHeaders()).toMatchObject({ "X-CSRF-Token": "token", "X-Cosign": "second" });
});

test("an answer without content is no error", async () => {
  fetched.mockResolvedValue(new Response(null, { status: 204 }));
  await expect(ask("POST", "/access/logout")).resolves.toBeUndefined();
});

test("a problem says which it is and when to try again", async () => {
  fetched.mockResolvedValue(problem(429, "too-many-requests", { "Retry-After": "30" }));
  const thrown = await ask("POST", "/access/login").catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Problem);
  expect(thrown).toMatchObject({ status: 429, kind: "too-many-requests", detail: "what to do", retryAfterS: 30 });
});

test("a session that has ended is told once, a wrong password is not a session that has ended", async () => {
  const told = vi.fn();
  onSignedOut(told);
  fetched.mockImplementation(async () => problem(401, "unauthorized"));
  await expect(ask("POST", "/access/login")).rejects.toThrow(Problem);
  expect(told).not.toHaveBeenCalled();
  useCsrf("token");
  await expect(ask("POST", "/access/cosign", { proving: true })).rejects.toThrow(Problem);
  expect(told).not.toHaveBeenCalled();
  await expect(ask("GET", "/overview")).rejects.toThrow(Problem);
  expect(told).toHaveBeenCalledOnce();
});

test("no answer is told apart from an answer that is an error", async () => {
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(ask("GET", "/site")).rejects.toThrow(Unreachable);
});

test("a list that comes in pages is asked for to its end", async () => {
  fetched.mockImplementation(async (asked) =>
    Response.json(String(asked).includes("cursor=b") ? { items: [3], next: null } : { items: [1, 2], next: "b" }),
  );
  await expect(askAll<number>("/counts")).resolves.toEqual([1, 2, 3]);
});

test("an address leaves out what is not asked for", () => {
  expect(address("/incidents", { rule: "vault_open", cursor: null, open: true })).toBe(
    "/incidents?rule=vault_open&open=true",
  );
  expect(address("/incidents", {})).toBe("/incidents");
});
