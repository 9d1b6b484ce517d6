import { expect, test } from "vitest";

import { LANGUAGES } from "./words";

const { ja, en } = LANGUAGES;

/** Give every plain text with its path; those with something to fill in are compared by their types. */
function* texts(from: object, path = ""): Generator<[string, string]> {
  for (const [key, value] of Object.entries(from)) {
    const at = `${path}.${key}`;
    if (typeof value === "string") yield [at, value];
    else if (typeof value === "object") yield* texts(value as object, at);
  }
}

test("every text is there in both languages and says something", () => {
  const [japanese, english] = [new Map(texts(ja)), new Map(texts(en))];
  expect([...english.keys()]).toEqual([...japanese.keys()]);
  for (const [at, text] of [...japanese, ...english]) expect(text.trim(), at).not.toBe("");
});

test("Japanese texts are Japanese and English texts are not", () => {
  const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;
  for (const [at, text] of texts(ja)) expect(text, at).toMatch(japanese);
  for (const [at, text] of texts(en)) if (at !== ".access.language") expect(text, at).not.toMatch(japanese);
});
