import { expect, it } from "vitest";
import { entityTitle } from "./entity-words";
import { isForgotten } from "./forgotten";
import { valueText } from "./value-text";

const names = { entity: () => undefined, step: () => undefined, kind: () => undefined };

it("a value whose key is gone is told from what only looks like it", () => {
  expect(isForgotten({ $sealed: "per_1" })).toBe(true);
  expect(isForgotten("(forgotten)")).toBe(true);
  for (const other of [{ $sealed: "per_1", more: 1 }, { $sealed: 3 }, ["$sealed"], null, "per_1"]) {
    expect(isForgotten(other)).toBe(false);
  }
});

it("what is gone reads as forgotten, wherever it stands", () => {
  expect(valueText({ $sealed: "per_1" }, names)).toBe("forgotten");
  expect(valueText([{ $sealed: "per_1" }, "a"], names)).toBe("forgotten, a");
  expect(entityTitle({ id: "per_1", title: "forgotten", fields: { name: { $sealed: "per_1" } } })).toBe(
    "Forgotten person",
  );
});
