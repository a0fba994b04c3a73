import { expect, it } from "vitest";
import type { TemplateContent } from "@/api/types";
import {
  moved,
  newInclude,
  newParameter,
  newStep,
  pointedAt,
  problemsBelow,
  readDefault,
  usesOf,
  without,
  withParameter,
  writeDefault,
} from "./editing";

it("a problem stands at the field it points at, or at the one around it", () => {
  const problems = [
    { pointer: "/content/steps/1/params/title", code: "unknown-parameter", detail: "No such parameter" },
  ];
  expect(pointedAt(problems, "/content/steps/1/params")).toBe("No such parameter");
  expect(pointedAt(problems, "/content/steps/1/title")).toBeUndefined();
  expect(pointedAt(problems, "/content/steps/10/params")).toBeUndefined();
});

it("defaults are read and written as they are meant", () => {
  expect([readDefault("45", "number"), readDefault(" ", "text"), readDefault("yes", "yes_no")]).toEqual([
    45,
    null,
    true,
  ]);
  expect([writeDefault(false), writeDefault(null), writeDefault(3)]).toEqual(["no", "", "3"]);
});

const step = (id: string, title: string, depends_on: string[] = []) => ({
  id,
  title,
  description: "",
  action_type: "task.create",
  params: { title, tags: ["{{params.who.name}}"] },
  depends_on,
  requires_approval: false,
  on_failure: null,
  retry: null,
  timeout_seconds: null,
});

const content: TemplateContent = {
  plan_name: "For {{params.who.name}}",
  plan_description: "",
  policy: {} as TemplateContent["policy"],
  parameters: [{ name: "who", type: "person" }, { name: "who_else" }],
  steps: [step("a", "Call {{params.who}}"), step("b", "Ask {{ params.who_else }}", ["a"]), step("c", "End", ["b"])],
  includes: [],
};

it("a parameter that gets another name keeps filling its gaps", () => {
  const changed = withParameter(content, 0, { name: "whom", type: "person" });
  expect(changed.plan_name).toBe("For {{params.whom.name}}");
  expect(changed.steps.map(({ title }) => title)).toEqual(["Call {{params.whom}}", "Ask {{ params.who_else }}", "End"]);
  expect(changed.steps[2]?.params).toEqual({ title: "End", tags: ["{{params.whom.name}}"] });
  expect(changed.parameters.map(({ name }) => name)).toEqual(["whom", "who_else"]);
});

it("a name that is none yet moves no gap", () => {
  expect(withParameter(content, 0, { name: "" }).plan_name).toBe("For {{params.who.name}}");
});

it("the texts with gaps of a parameter are counted", () => {
  expect([usesOf(content, "who"), usesOf(content, "who_else"), usesOf(content, "nobody")]).toEqual([6, 2, 0]);
});

it("what is added gets an id and a name of its own", () => {
  const action = { name: "task.create", title: "Create a task" } as Parameters<typeof newStep>[1];
  const twice = { ...content, steps: [...content.steps, newStep(content, action)] };
  expect(newStep(content, action).id).toBe("task-create");
  expect(newStep(twice, action).id).toBe("task-create-2");
  expect(newParameter([{ name: "parameter" }]).name).toBe("parameter_2");
  expect(newInclude(content, { id: "tpl_1", name: "Weekly review!", version: 3 })).toEqual({
    id: "weekly-review",
    template_id: "tpl_1",
    version: 3,
    arguments: {},
    depends_on: [],
  });
});

it("what came after a step that is taken out comes after what was before it", () => {
  expect(without(content, "b").steps.map(({ id, depends_on }) => [id, depends_on])).toEqual([
    ["a", []],
    ["c", ["a"]],
  ]);
});

it("things change places, and the first and the last stay", () => {
  expect(moved(["a", "b", "c"], 1, 1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
});

it("problems are told by the place within the thing", () => {
  const problems = [{ pointer: "/content/steps/1/params/title", code: "x", detail: "Too long" }];
  expect(problemsBelow(problems, "/content/steps/1/params")).toEqual({ "/title": "Too long" });
  expect(problemsBelow(problems, "/content/steps/10/params")).toEqual({});
});
