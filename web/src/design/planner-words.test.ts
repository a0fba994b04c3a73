import { expect, it } from "vitest";
import type { LiveDraft } from "@/api/types";
import { dollars, draftWords, effortWords, originFacts } from "./planner-words";

const draft: LiveDraft = {
  plan_id: "p",
  model: "m-1",
  stage: "writing",
  round: 1,
  first: 0,
  steps: [{ title: "One", action_type: "idea.create" }],
};

it("a draft in the making says how far it is", () => {
  expect(draftWords(draft)).toBe("m-1 is writing, 1 step so far");
  expect(draftWords({ ...draft, round: 2, steps: [] })).toBe(
    "The last answer did not pass the check, so m-1 writes it again",
  );
  expect(draftWords({ ...draft, stage: "checking" })).toBe("1 step is checked as a whole");
});

it("small amounts keep the digits that count", () => {
  expect([0, 0.000123, 0.0456, 1.5].map(dollars)).toEqual(["$0", "$0.00012", "$0.046", "$1.50"]);
});

it("only what is known is said of an origin", () => {
  const origin = { planner: "anthropic", model: "m-1", tokens: 12345, duration_ms: 420, assumptions: [] };
  expect(originFacts({ origin })).toEqual([
    ["Drafted by", "Anthropic"],
    ["Model", "m-1"],
    ["Tokens", "12,345"],
    ["Took", "420 ms"],
  ]);
  expect(originFacts({ origin: { planner: "person", assumptions: [] } })).toEqual([]);
});

it("what models took is said when the draft does not say it all", () => {
  const origin = { planner: "anthropic", tokens: 900, assumptions: [] };
  expect(effortWords({ origin, effort: { askings: 0, tokens: 0 } })).toBeUndefined();
  expect(effortWords({ origin, effort: { askings: 1, tokens: 900 } })).toBeUndefined();
  expect(effortWords({ origin, effort: { askings: 3, tokens: 12345, cost: 0.096 } })).toBe(
    "3 times, 12,345 tokens, $0.096",
  );
});
