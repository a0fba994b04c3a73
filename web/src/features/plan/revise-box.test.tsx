import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { aPlan, aStep } from "@/testing/plan";
import { answering, show } from "@/testing/render";
import { ReviseBox, Revising } from "./revise-box";

const accepted = { plan_id: "pln_1", status: "drafting", revision: 4, position: 10 };
const plan = aPlan([aStep("make")]);

function Box({ pending }: { pending: number }) {
  const [value, setValue] = useState("");
  return <ReviseBox plan={plan} pending={pending} value={value} onChange={setValue} />;
}

it("what should be different is sent as it was written", async () => {
  const sent = answering({ "/api/v1/plans/pln_1/revise": accepted });
  show(<Box pending={0} />);
  await userEvent.type(screen.getByRole("textbox", { name: "What should be different" }), "Drop the party");
  await userEvent.click(screen.getByRole("button", { name: "Make another draft" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toEqual({ feedback: "Drop the party" });
});

it("changes that are not applied come first", async () => {
  show(<Box pending={2} />);
  await userEvent.type(screen.getByRole("textbox", { name: "What should be different" }), "Drop the party");
  expect(screen.getByRole("button", { name: "Make another draft" })).toBeDisabled();
  expect(screen.getByText("Apply or discard your changes first")).toBeInTheDocument();
});

it("while another draft is made, the one at hand can be kept", async () => {
  const sent = answering({ "/api/v1/plans/pln_1/keep": accepted });
  const feedback = { text: "Drop the party", by: { kind: "person" as const, id: "maya" }, at: plan.created_at };
  show(<Revising plan={{ ...plan, status: "drafting", revising: feedback }} />);
  expect(screen.getByText("Drop the party")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Keep the draft as it is" }));
  await waitFor(() => expect(sent[0]?.path).toBe("/api/v1/plans/pln_1/keep"));
});
