import { expect, test } from "vitest";

import { link, placeOf } from "./router.svelte";

test("a link leads to the place that it names, whatever signs the names have", () => {
  const place = placeOf(link("alerts", ["I/7 #1"], { cause: "false: light" }));
  expect(place.screen).toBe("alerts");
  expect(place.rest).toEqual(["I/7 #1"]);
  expect(place.query.get("cause")).toBe("false: light");
});

test("no fragment is the first screen", () => {
  expect(placeOf("")).toMatchObject({ screen: "", rest: [] });
  expect(placeOf("#/")).toMatchObject({ screen: "", rest: [] });
});
