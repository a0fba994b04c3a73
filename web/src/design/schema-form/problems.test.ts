import { expect, it } from "vitest";
import { below, missing } from "./problems";
import { fieldsOf } from "./schema";

const fields = fieldsOf({
  required: ["name", "milestones"],
  properties: {
    name: { type: "string" },
    milestones: {
      type: "array",
      items: { type: "object", required: ["title"], properties: { title: { type: "string" } } },
    },
  },
});

it("what is needed and not there is named by pointer, in rows too", () => {
  const value = { name: "", milestones: [{ title: "Design" }, {}] };
  expect(missing(fields, value)).toEqual({
    "/name": "Name is needed",
    "/milestones/1/title": "Title is needed",
  });
});

it("problems of a row are found by its pointer", () => {
  const problems = { "/milestones/1/title": "Title is needed", "/milestones/10/title": "Too long" };
  expect(below(problems, "/milestones/1")).toEqual({ "/title": "Title is needed" });
});
