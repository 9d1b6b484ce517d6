/** What to tell a person of an error: one heading in the person's language for each sort of it. */

import { Problem, Unreachable } from "./api";

export type Sort =
  "unreachable" | "forbidden" | "notFound" | "conflict" | "invalid" | "tooMany" | "unavailable" | "fault";

const SORTS: Readonly<Record<number, Sort>> = {
  403: "forbidden",
  404: "notFound",
  409: "conflict",
  422: "invalid",
  429: "tooMany",
  503: "unavailable",
};

/** Return which sort an error is; what nobody foresaw is a fault. */
export function sortOf(error: unknown): Sort {
  if (error instanceof Unreachable) return "unreachable";
  return (error instanceof Problem && SORTS[error.status]) || "fault";
}

/** Return what the service says of an error beyond its sort, in English; null where it says nothing. */
export function detailOf(error: unknown): string | null {
  if (error instanceof Unreachable) return null;
  if (!(error instanceof Problem)) return String(error);
  const faults = error.faults.map((fault) => `${fault.at}: ${fault.says}`);
  return [error.detail, ...faults].join("\n");
}
