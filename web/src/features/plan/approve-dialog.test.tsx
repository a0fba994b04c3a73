import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { aPlan, aStep } from "@/testing/plan";
import { answering, show } from "@/testing/render";
import { ApproveDialog } from "./approve-dialog";

const impact = { ...aStep("x").impact, reversibility: "irreversible" as const };
const plan = aPlan([aStep("make"), aStep("send", { title: "Send the message" }, { impact })]);

it("what cannot be undone is ticked first; the approval names the content that was seen", async () => {
  const sent = answering({
    "/api/v1/plans/pln_1/approve": { plan_id: "pln_1", status: "approved", revision: 4, position: 10 },
  });
  const onClose = vi.fn();
  show(<ApproveDialog plan={plan} onStarted={() => {}} onClose={onClose} />);
  const approve = screen.getByRole("button", { name: "Approve" });
  expect(approve).toBeDisabled();
  expect(screen.getByText("Tick 1 step that cannot be undone")).toBeInTheDocument();

  await userEvent.click(screen.getByRole("checkbox", { name: "Send the message" }));
  await userEvent.click(approve);
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(sent[0]?.body).toEqual({ content_hash: "abc123" });
  expect(sent[0]?.headers.get("If-Match")).toBe('"3"');
});

it("with Start right away, the plan is started once it is approved", async () => {
  const accepted = { plan_id: "pln_1", status: "approved", revision: 4, position: 10 };
  const sent = answering({ "/api/v1/plans/pln_1/approve": accepted, "/api/v1/plans/pln_1/start": accepted });
  const onStarted = vi.fn();
  show(<ApproveDialog plan={aPlan([aStep("make")])} onStarted={onStarted} onClose={() => {}} />);
  await userEvent.click(screen.getByRole("checkbox", { name: "Start right away" }));
  await userEvent.click(screen.getByRole("button", { name: "Approve" }));
  await waitFor(() => expect(onStarted).toHaveBeenCalled());
  expect(sent.map(({ path }) => path.split("/").at(-1))).toEqual(["approve", "start"]);
});

it("a refusal is said in words and nothing is closed", async () => {
  answering({});
  const onClose = vi.fn();
  show(<ApproveDialog plan={aPlan([aStep("make")])} onStarted={() => {}} onClose={onClose} />);
  await userEvent.click(screen.getByRole("button", { name: "Approve" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Could not approve the plan. Not found.");
  expect(onClose).not.toHaveBeenCalled();
});

it("a loud warning is ticked by itself, with what cannot be seen written out", async () => {
  const text = "a text of “Send” holds characters that cannot be seen: “a\u200bb”";
  const warnings = [
    { id: "w1", code: "hidden-characters", loud: true, step_id: "send", pointer: "/params/body", text },
  ];
  const sent = answering({
    "/api/v1/plans/pln_1/approve": { plan_id: "pln_1", status: "approved", revision: 4, position: 10 },
  });
  show(<ApproveDialog plan={aPlan([aStep("make")], { warnings })} onStarted={() => {}} onClose={() => {}} />);
  expect(screen.getByRole("button", { name: "Approve" })).toBeDisabled();
  expect(screen.getByText("Tick 1 warning")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("checkbox", { name: /⟦U\+200B⟧/ }));
  await userEvent.click(screen.getByRole("button", { name: "Approve" }));
  await waitFor(() => expect(sent[0]?.body).toEqual({ content_hash: "abc123", acknowledged: ["w1"] }));
});
