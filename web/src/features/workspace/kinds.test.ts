import { expect, it } from "vitest";
import { fieldsOf } from "@/design/schema-form/schema";
import { catalogue } from "@/testing/mock/catalogue";
import { changedFields, fieldSchema, makeable } from "./kinds";

const names = (schema: unknown) => fieldsOf(schema).map((field) => field.name);

it("a thing is made with the fields its action asks for", () => {
  expect(names(fieldSchema("person", catalogue, false))).toEqual(["name", "email", "organisation"]);
});

it("a project that exists also has a status and milestones", () => {
  const fields = fieldsOf(fieldSchema("project", catalogue, true));
  expect(fields.map((field) => field.name)).toEqual(["name", "description", "due_date", "status", "milestones"]);
  expect(fields.at(-1)?.kind).toBe("rows");
});

it("a message is not made by hand", () => {
  expect(makeable).not.toContain("message");
  expect(fieldSchema("message", catalogue, false)).toBeUndefined();
});

it("only what changed is sent, and what was emptied is taken away", () => {
  const before = { name: "A", email: "a@x", organisation: null };
  expect(changedFields(before, { name: "B" })).toEqual({ name: "B", email: null });
  expect(changedFields(before, { name: "A", email: "a@x" })).toEqual({});
});
