import { expect, it } from "vitest";
import { effectWords } from "./effect-words";

it("a call outside says where to and what came back", () => {
  const call = { kind: "outside_call", method: "POST", url: "https://example.org", status: 201 };
  expect(effectWords(call)).toBe("Called POST https://example.org, answered 201");
});

it("a kind that is not known yet is still said", () => {
  expect(effectWords({ kind: "file_written" })).toBe("File written");
});
