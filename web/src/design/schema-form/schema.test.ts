import { expect, it } from "vitest";
import { fieldsOf } from "./schema";

const milestones = {
  type: "object",
  required: ["project", "milestones"],
  properties: {
    note: { type: ["string", "null"], description: "More." },
    project: { type: "string", "x-ref": ["project"] },
    milestones: { type: "array", items: { $ref: "#/$defs/Milestone" } },
  },
  $defs: {
    Milestone: {
      type: "object",
      required: ["title"],
      properties: { title: { type: "string" }, due_date: { type: ["string", "null"], format: "date-or-time" } },
    },
  },
};

it("what is required comes first", () => {
  expect(fieldsOf(milestones).map((field) => field.name)).toEqual(["project", "milestones", "note"]);
});

it("a list of objects behind a $ref becomes rows", () => {
  const rows = fieldsOf(milestones).find((field) => field.name === "milestones");
  expect(rows).toMatchObject({ kind: "rows", label: "Milestones", required: true });
  expect(rows?.kind === "rows" && rows.fields.map((field) => field.kind)).toEqual(["text", "date"]);
});

it("references carry the kinds they may point at, alone and in lists", () => {
  const person = { "x-ref": ["person"], "x-me": true };
  const [to, attendees] = fieldsOf({
    properties: {
      to: { type: ["string", "null"], ...person },
      attendees: { type: ["array", "null"], items: { type: "string", ...person } },
    },
  });
  expect(to).toMatchObject({ kind: "reference", to: ["person"], me: true });
  expect(attendees).toMatchObject({ kind: "references", to: ["person"], me: true });
});

it("a pattern of alternatives is a choice", () => {
  const [method] = fieldsOf({ properties: { method: { type: "string", pattern: "^(GET|POST)$" } } });
  expect(method).toMatchObject({ kind: "choice", choices: ["GET", "POST"] });
});

it("an optional part behind anyOf keeps its words", () => {
  const [retry] = fieldsOf({
    properties: { retry: { description: "How often.", anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] } },
  });
  expect(retry).toMatchObject({ kind: "number", min: 1, help: "How often." });
});

it("a shape that is not known is edited as JSON", () => {
  const [headers, body] = fieldsOf({ properties: { headers: { type: ["object", "null"] }, body: true } });
  expect([headers?.kind, body?.kind]).toEqual(["json", "json"]);
});
