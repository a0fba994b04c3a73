import { expect, it } from "vitest";
import type { RecordedEvent } from "@/api/types";
import { eventTone, eventWords } from "./event-words";

const event = (type: string, data: Record<string, unknown>, more: Partial<RecordedEvent> = {}): RecordedEvent => ({
  position: 1,
  revision: 0,
  id: "e",
  stream: "plan-pln_1",
  type,
  schema_version: 1,
  at: "2026-11-23T09:00:00Z",
  actor: { kind: "person", id: "maya" },
  correlation_id: "c",
  data,
  hash: "h",
  ...more,
});
const titles = (id: string) => (id === "make" ? "Create the project" : undefined);

it("an event about a step names it by its title", () => {
  expect(eventWords(event("StepStarted", { step_id: "make" }), titles)).toMatchObject({
    verb: "started",
    target: "Create the project",
  });
});

it("a step that is gone is named as the event knew it", () => {
  const removed = event("StepRemoved", { step: { id: "old", title: "Old step", action_type: "task.create" } });
  expect(eventWords(removed, titles)).toMatchObject({ verb: "removed", target: "Old step" });
});

it("a failure says why", () => {
  const failed = event("StepFailed", { step_id: "make", error: { message: "no such host" } });
  expect(eventWords(failed, titles).detail).toBe("no such host");
  expect(eventTone("StepFailed")).toBe("fail");
});

it("a change of a thing says which fields", () => {
  const changed = event("EntityChanged", { changes: [{ field: "due_date" }] }, { stream: "entity-tsk_1" });
  expect(eventWords(changed, titles)).toMatchObject({ verb: "changed", detail: "Due date" });
});

it("a type nobody knows yet is said by its name", () => {
  expect(eventWords(event("PlanFrozen", {}), titles).verb).toBe("plan frozen");
});
