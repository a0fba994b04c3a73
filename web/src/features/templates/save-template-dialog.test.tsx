import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { aPlan } from "@/testing/plan";
import { answering, show } from "@/testing/render";
import { SaveTemplateDialog } from "./save-template-dialog";

vi.mock("@tanstack/react-router", () => ({ useNavigate: () => () => undefined }));

const found = (name: string, value: string, ticked: boolean) => ({
  name,
  type: "text",
  label: name,
  help: "",
  required: true,
  default: null,
  choices: [],
  value,
  value_label: null,
  places: null,
  why: "name",
  ticked,
  count: 2,
  shown: [
    { pointer: "/name", before: "Launch ", found: value, after: "" },
    { pointer: "/steps/0/title", before: "Create ", found: value, after: "" },
  ],
});

it("what was found is shown in its place, ticked, renamed and sent by its value", async () => {
  const plan = aPlan([], { id: "pln_1", name: "Launch Kestrel" });
  const sent = answering({
    "/api/v1/plans/pln_1/template": {
      name: "Launch Kestrel",
      parameters: [found("project_name", "Kestrel", true), found("title", "Write", false)],
    },
    "/api/v1/templates": { items: [], next: null, position: 1, template_id: "tpl_1", version: 1, revision: 0 },
  });
  show(<SaveTemplateDialog plan={plan} onClose={() => undefined} />);
  const project = await screen.findByRole("checkbox", { name: "Make project_name a parameter" });
  expect(project).toBeChecked();
  expect(screen.getByRole("checkbox", { name: "Make title a parameter" })).not.toBeChecked();
  const places = screen.getByRole("list", { name: "Places of project_name" });
  expect(within(places).getAllByText("Kestrel")).toHaveLength(2);
  const name = screen.getByRole("textbox", { name: "Name of project_name" });
  await userEvent.clear(name);
  await userEvent.type(name, "what");
  await userEvent.click(screen.getByRole("button", { name: "Save template" }));
  await waitFor(() => expect(sent.some(({ method }) => method === "POST")).toBe(true));
  const body = sent.find(({ method }) => method === "POST")?.body as { parameters: unknown[] };
  expect(body).toMatchObject({ plan_id: "pln_1", name: "Launch Kestrel" });
  expect(body.parameters).toEqual([expect.objectContaining({ name: "what", value: "Kestrel", required: true })]);
});
