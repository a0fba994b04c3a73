import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import type { Fields } from "@/api/types";
import { actionNamed } from "@/testing/mock/catalogue";
import { show } from "@/testing/render";
import SchemaForm from "./schema-form";

let value: Fields = {};

function Form({ action, start, problems }: { action: string; start: Fields; problems?: Record<string, string> }) {
  const [params, setParams] = useState(start);
  value = params;
  return (
    <SchemaForm
      schema={actionNamed(action)?.params_schema}
      value={params}
      onChange={setParams}
      problems={problems}
      sources={{ entities: [], steps: [{ id: "make", number: 1, title: "Create it", gives: ["project"] }] }}
    />
  );
}

it("every parameter has an input with its name, and what is typed goes into the value", async () => {
  show(<Form action="task.create" start={{}} />);
  await userEvent.type(screen.getByRole("textbox", { name: /^Title/ }), "Call");
  await userEvent.click(screen.getByRole("checkbox", { name: "Admin" }));
  expect(value).toEqual({ title: "Call", admin: true });
});

it("a field that is emptied is taken out, one that is needed stays empty", async () => {
  show(<Form action="person.create" start={{ name: "Sarah", email: "s@x" }} />);
  await userEvent.clear(screen.getByRole("textbox", { name: "Email" }));
  await userEvent.clear(screen.getByRole("textbox", { name: /^Name/ }));
  expect(value).toEqual({ name: "" });
});

it("a reference can be set to what an earlier step makes", async () => {
  show(<Form action="task.create" start={{ title: "Call" }} />);
  await userEvent.click(screen.getByPlaceholderText("The project it belongs to"));
  await userEvent.click(await screen.findByRole("option", { name: "Step 1: Create it" }));
  expect(value.project).toBe("{{steps.make.result.id}}");
});

it("rows are added and removed, and a problem stands at its field", async () => {
  const start = { project: "prj_1", milestones: [{ title: "Design" }] };
  show(<Form action="project.set_milestones" start={start} problems={{ "/milestones/0/title": "is too short" }} />);
  expect(screen.getByText("is too short")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Add milestone" }));
  expect(value.milestones).toEqual([{ title: "Design" }, {}]);
  await userEvent.click(screen.getByRole("button", { name: "Remove milestone 1" }));
  expect(value.milestones).toEqual([{}]);
});
