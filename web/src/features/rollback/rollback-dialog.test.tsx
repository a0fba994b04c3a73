import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { aPlan, aStep } from "@/testing/plan";
import { answering, show } from "@/testing/render";
import { RollbackDialog } from "./rollback-dialog";

const PREVIEW = "/api/v1/plans/pln_1/rollback/preview";
const plan = aPlan([aStep("copy", { title: "Write the copy" }, { status: "completed" })], { status: "completed" });
const row = {
  entity: "tsk_1",
  field: "title",
  before: null,
  written: "Write the copy",
  now: "Write it with Sam",
  after: "Write it with Sam",
  conflict: { actor: { kind: "person", id: "sam" }, at: "2026-11-23T09:00:00Z", event: "e", step_id: null },
  choices: ["keep", "restore", "stop"],
};
const preview = {
  preview_hash: "plan:0123456789",
  scope: "plan",
  step_id: null,
  rollback_id: null,
  steps: [
    {
      step_id: "copy",
      class: "exact",
      compensation: "The task stays",
      changes: [row],
      takes_part: true,
      after: [],
    },
  ],
  coverage: { restored: 0, total: 1 },
  blocked_by: [],
  lost: [],
  undecided: [],
  set_back: [],
};
const opened = (more = {}, answers = {}) => {
  const sent = answering({ [PREVIEW]: { ...preview, ...more }, ...answers });
  const onBegun = vi.fn();
  show(<RollbackDialog plan={plan} scope="plan" onScope={() => {}} onBegun={onBegun} onClose={() => {}} />);
  return { sent, onBegun };
};

it("who changed what later is said, and the choice goes with the next look", async () => {
  const { sent } = opened({ undecided: ["tsk_1"] });
  expect(await screen.findByText(/sam changed this later/)).toBeInTheDocument();
  expect(screen.getByText("Decide about 1 conflict. Say why")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("radio", { name: /Keep theirs/ }));
  await waitFor(() => {
    const looks = sent.filter(({ path }) => path === PREVIEW);
    expect(looks.at(-1)?.body).toMatchObject({ scope: "plan", choices: [{ entity: "tsk_1", choice: "keep" }] });
  });
});

it("what was seen is confirmed with its hash, the revision and a reason", async () => {
  const accepted = { plan_id: "pln_1", status: "rolling_back", revision: 4, position: 10 };
  const { sent, onBegun } = opened({}, { "/api/v1/plans/pln_1/rollback": accepted });
  await userEvent.type(await screen.findByRole("textbox", { name: "Reason" }), "wrong");
  await userEvent.click(screen.getByRole("button", { name: "Roll back" }));
  await waitFor(() => expect(onBegun).toHaveBeenCalled());
  const confirmed = sent.find(({ path }) => path.endsWith("/rollback"));
  expect(confirmed?.body).toEqual({ preview_hash: "plan:0123456789", reason: "wrong", choices: [] });
  expect(confirmed?.headers.get("If-Match")).toBe('"3"');
});

it("what is lost is confirmed by the plan's name", async () => {
  opened({ lost: ["what sam changed later"] });
  await userEvent.type(await screen.findByRole("textbox", { name: "Reason" }), "wrong");
  const button = screen.getByRole("button", { name: "Roll back" });
  expect(button).toBeDisabled();
  await userEvent.type(screen.getByRole("textbox", { name: /Type Launch to confirm/ }), "Launch");
  expect(button).toBeEnabled();
});

it("what stands in the way is named, and nothing can be confirmed", async () => {
  opened({ blocked_by: [{ kind: "dependent", step_id: "link", text: "“Link” used its result" }] });
  expect(await screen.findByRole("region", { name: "In the way" })).toHaveTextContent("used its result");
  expect(screen.getByRole("button", { name: "Roll back" })).toBeDisabled();
});
