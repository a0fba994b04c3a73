import { expect, it } from "vitest";
import { parseDraft, withNews } from "./drafts";
import type { LiveDraft } from "./types";

const news = (first: number, titles: string[], stage: LiveDraft["stage"] = "writing"): LiveDraft => ({
  plan_id: "pln_1",
  model: "m",
  stage,
  round: 1,
  first,
  steps: titles.map((title) => ({ title, action_type: "idea.create" })),
});
const titles = (drafts: ReturnType<typeof withNews>) => drafts.get("pln_1")?.steps.map((step) => step.title);

it("steps come one by one, and again from the first when the model begins anew", () => {
  let drafts = withNews(new Map(), news(0, []));
  drafts = withNews(drafts, news(0, ["One"]));
  drafts = withNews(drafts, news(1, ["Two"]));
  expect(titles(drafts)).toEqual(["One", "Two"]);
  expect(titles(withNews(drafts, news(2, [], "checking")))).toEqual(["One", "Two"]);
  expect(titles(withNews(drafts, news(0, [])))).toEqual([]);
});

it("a draft that ended is forgotten", () => {
  const drafts = withNews(withNews(new Map(), news(0, ["One"])), news(0, [], "ended"));
  expect(drafts.has("pln_1")).toBe(false);
});

it("what tells of no draft is not read", () => {
  expect(parseDraft("nonsense")).toBeUndefined();
  expect(parseDraft('{"position":1}')).toBeUndefined();
});
