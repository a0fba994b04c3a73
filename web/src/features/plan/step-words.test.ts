import { expect, it } from "vitest";
import { paramsInShort } from "./step-words";

it("a row shows what its title does not say already", () => {
  const params = { title: "Call Sarah", due_date: "2026-11-26", admin: true, project: "{{steps.a.result.id}}" };
  expect(paramsInShort({ title: "Create the task Call Sarah", params }, String)).toBe("2026-11-26");
});

it("a row shows two values at most, the first line of each", () => {
  const params = { a: "one\ntwo", b: "three", c: "four" };
  expect(paramsInShort({ title: "Do", params }, String)).toBe("one · three");
});
