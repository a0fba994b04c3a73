import { expect, it } from "vitest";
import { idsIn } from "./use-names";

it("ids of things are found wherever they stand, plans and words are not", () => {
  const steps = [
    { id: "create_task", params: { task: "tsk_2", to: ["per_1", "me"] }, effects: [{ entity: "tsk_2" }] },
    { id: "b", params: { text: "per_9 is in here", plan: "pln_1" }, result: null },
  ];
  expect(idsIn([steps, { stream: "entity-rem_3" }])).toEqual(["per_1", "rem_3", "tsk_2"]);
});
