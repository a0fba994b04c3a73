import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Template } from "@/api/types";
import { aPlan } from "@/testing/plan";
import { answering, show } from "@/testing/render";
import { RunTemplate } from "./run-template";

vi.mock("@tanstack/react-router", () => ({ useNavigate: () => () => undefined }));

const policy = aPlan([]).policy;
const template: Template = {
  id: "tpl_1",
  name: "Launch",
  description: "",
  tags: [],
  version: 2,
  content: {
    plan_name: "Launch {{params.what}}",
    plan_description: "",
    policy,
    steps: [],
    includes: [],
    parameters: [
      { name: "what", type: "text", label: "What", help: "", required: true, default: null, choices: [] },
      {
        name: "size",
        type: "choice",
        label: "Size",
        help: "",
        required: false,
        default: "small",
        choices: ["small", "large"],
      },
    ],
  },
  retired: null,
  pre_approved: null,
  shares: [],
  may_edit: true,
  may_share: true,
  owner: null,
  created_at: "2026-11-30T09:00:00Z",
  updated_at: "2026-11-30T09:00:00Z",
  figures: { plans: 0, completed: 0, failed: 0, cancelled: 0, last_used: null, success_rate: null, mean_seconds: null },
  last_arguments: { what: "Kestrel" },
  runs: [],
  revision: 3,
  position: 9,
};

const preview = {
  template_id: "tpl_1",
  version: 2,
  name: "Launch <b>Osprey</b>",
  description: "",
  content_hash: "00",
  policy,
  steps: [],
  impact: { outside: 0, irreversible: 0, summary: "no steps yet" },
  warnings: [],
};

it("what was given the last time stands there, and the preview comes before the plan", async () => {
  const sent = answering({ "/api/v1/templates/tpl_1/preview": preview, "/api/v1/workspace/entities": { items: [] } });
  show(<RunTemplate template={template} onClose={() => undefined} />);
  const what = screen.getByRole("textbox", { name: "What" });
  expect(what).toHaveValue("Kestrel");
  expect(screen.queryByRole("button", { name: "Make the plan" })).toBeNull();
  await userEvent.clear(what);
  await userEvent.type(what, "<b>Osprey</b>");
  await userEvent.click(screen.getByRole("button", { name: "Preview" }));
  await screen.findByRole("heading", { name: "Launch <b>Osprey</b>" });
  const asked = sent.find(({ path }) => path.endsWith("/preview"));
  expect(asked?.body).toMatchObject({ arguments: { what: "<b>Osprey</b>", size: "small" } });
  // another value needs another preview
  expect(screen.getByRole("button", { name: "Make the plan" })).toBeEnabled();
  await userEvent.type(what, "!");
  expect(screen.queryByRole("button", { name: "Make the plan" })).toBeNull();
});

it("a refusal stands at its field", async () => {
  const problem = {
    type: "/errors/template.bad-arguments",
    code: "template.bad-arguments",
    title: "An argument is missing or wrong",
    status: 422,
    detail: "What is needed.",
    errors: [{ pointer: "/arguments/what", code: "missing-argument", detail: "What is needed: give some words" }],
  };
  vi.stubGlobal("fetch", async () => {
    const headers = { "content-type": "application/problem+json" };
    return new Response(JSON.stringify(problem), { status: 422, headers });
  });
  show(<RunTemplate template={{ ...template, last_arguments: {} }} onClose={() => undefined} />);
  await userEvent.click(screen.getByRole("button", { name: "Preview" }));
  await waitFor(() => expect(screen.getByRole("textbox", { name: "What" })).toBeInvalid());
  expect(screen.getByRole("textbox", { name: "What" })).toHaveAccessibleDescription("What is needed: give some words");
});
