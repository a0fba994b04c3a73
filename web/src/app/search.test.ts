import { expect, it } from "vitest";
import { historySearch, planSearch, plansSearch, workspaceSearch } from "./search";

it("an address with an unknown view shows the usual one", () => {
  expect(planSearch({ view: "inbox", show: "graph", step: "a" })).toMatchObject({
    view: undefined,
    show: "graph",
    step: "a",
  });
});

it("an empty filter is no filter", () => {
  expect(plansSearch({ q: "", status: 3 })).toEqual({ q: undefined, status: undefined, as_of: undefined });
  expect(workspaceSearch({ archived: "true" }).archived).toBeUndefined();
});

it("a step is looked for in its plan only", () => {
  expect(historySearch({ plan: "pln_1", step: "a", entity: "tsk_1" })).toMatchObject({ step: "a", entity: "tsk_1" });
  expect(historySearch({ step: "a" }).step).toBeUndefined();
});

it("a moment is a place in the log or a time", () => {
  expect(planSearch({ as_of: 41 }).as_of).toBe(41);
  expect(workspaceSearch({ as_of: "2026-11-23T14:00:00Z" }).as_of).toBe("2026-11-23T14:00:00Z");
  expect(plansSearch({ as_of: "yesterday" }).as_of).toBeUndefined();
});
