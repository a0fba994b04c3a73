import { expect, it } from "vitest";
import type { Entity } from "@/api/types";
import { givenKinds, optionsFor, type Sources } from "./sources";

const thing = (id: string, kind: Entity["kind"], name: string): Entity => ({
  id,
  kind,
  title: name,
  fields: { name },
  archived: false,
  withdrawn: false,
  forgotten: false,
  links: [],
  revision: 0,
  position: 1,
  created_at: "",
  updated_at: "",
});

const sources: Sources = {
  entities: [thing("per_1", "person", "Sarah"), thing("prj_1", "project", "Kestrel")],
  steps: [
    { id: "make", number: 1, title: "Create Harbour", gives: ["project"] },
    { id: "call", number: 2, title: "Ask the service", gives: ["any"] },
    { id: "todo", number: 3, title: "Add a task", gives: ["task"] },
  ],
};

it("a project is one of the plan's, one that a call gives, or one of the workspace", () => {
  const groups = optionsFor(sources, ["project"], false);
  expect(groups.flatMap(({ items }) => items.map(({ label }) => label))).toEqual([
    "Step 1: Create Harbour",
    "Step 2: Ask the service",
    "Kestrel",
  ]);
});

it("a person can be me", () => {
  expect(optionsFor(sources, ["person"], true)[0]).toEqual({ group: "You", items: [{ value: "me", label: "Me" }] });
});

it("a value nobody knows stays", () => {
  const groups = optionsFor(sources, ["person"], false, ["per_gone"]);
  expect(groups.at(-1)?.items).toEqual([{ value: "per_gone", label: "per_gone" }]);
});

it("what a step gives is read from its result's schema", () => {
  expect(givenKinds({ properties: { id: { type: "string", "x-ref": ["task"] } } })).toEqual(["task"]);
  expect(givenKinds({ properties: { id: { type: "string" } } })).toEqual(["any"]);
  expect(givenKinds(undefined)).toEqual(["any"]);
});
