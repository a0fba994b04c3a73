import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { answering, show } from "@/testing/render";
import { aTemplate } from "@/testing/template";
import { EditTemplate } from "./edit-template";

const action = {
  name: "task.create",
  title: "Create a task",
  description: "",
  params_schema: { type: "object", properties: { title: { type: "string" } }, required: ["title"] },
  result_schema: {},
};

function answers() {
  return answering({
    "/api/v1/actions": { items: [action] },
    "/api/v1/workspace/entities": { items: [] },
    "/api/v1/templates/tpl_1/versions": { template_id: "tpl_1", version: 3, revision: 4, position: 10 },
    "/api/v1/templates": { items: [] },
  });
}

it("a gap is put in at the cursor and shown marked", async () => {
  const sent = answers();
  show(<EditTemplate template={aTemplate} onClose={() => undefined} />);
  await userEvent.click(screen.getByRole("button", { name: /Look at what/ }));
  const title = screen.getByRole("textbox", { name: "Title of step 1" });
  await userEvent.clear(title);
  await userEvent.type(title, "On , look");
  (title as HTMLInputElement).setSelectionRange(3, 3);
  await userEvent.click(screen.getByRole("button", { name: "Insert a parameter into Title of step 1" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Day, in words" }));
  expect(title).toHaveValue("On {{params.day as D MMMM YYYY}}, look");
  expect(screen.getAllByText("day", { selector: "mark" }).length).toBeGreaterThan(0);
  await userEvent.click(screen.getByRole("button", { name: "Save as version 3" }));
  await waitFor(() => expect(sent.some(({ path }) => path.endsWith("/versions"))).toBe(true));
  const body = sent.find(({ path }) => path.endsWith("/versions"))?.body as { content: { steps: { title: string }[] } };
  expect(body.content.steps[0]?.title).toBe("On {{params.day as D MMMM YYYY}}, look");
});

it("a parameter that is renamed keeps its gaps, and one that fills gaps is not removed", async () => {
  answers();
  show(<EditTemplate template={aTemplate} onClose={() => undefined} />);
  const list = screen.getByRole("list", { name: "Parameters to edit" });
  const name = within(list).getByRole("textbox", { name: "Name of what" });
  await userEvent.type(name, "ever");
  expect(screen.getByRole("textbox", { name: "Name of the plans" })).toHaveValue("Review of {{params.whatever}}");
  expect(within(list).getByRole("button", { name: "Remove whatever" })).toBeDisabled();
  expect(within(list).getByRole("button", { name: "Remove day" })).toBeEnabled();
});

it("a step is added with the fields of its action", async () => {
  answers();
  show(<EditTemplate template={aTemplate} onClose={() => undefined} />);
  await userEvent.click(await screen.findByRole("combobox", { name: "Add a step" }));
  await userEvent.click(await screen.findByRole("option", { name: "Create a task" }));
  expect(await screen.findByRole("textbox", { name: "Title of step 2" })).toHaveValue("Create a task");
  await userEvent.click(screen.getByRole("button", { name: "Remove step 2" }));
  expect(screen.queryByRole("textbox", { name: "Title of step 2" })).toBeNull();
});
