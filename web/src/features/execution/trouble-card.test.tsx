import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { aPlan, aStep } from "@/testing/plan";
import { answering, show } from "@/testing/render";
import { TroubleCard } from "./trouble-card";

const error = { code: "http.status", message: "answered 503", at: "2026-11-23T09:00:00Z" };
const failed = aStep("call", { title: "Call the service" }, { status: "failed", attempts: 3, error });
const after = aStep("tell", { title: "Tell Sarah", depends_on: ["call"] });
const names = { entity: () => undefined, step: () => undefined, kind: () => undefined };
const plan = aPlan([failed, after], { status: "failed" });
const accepted = { plan_id: "pln_1", status: "executing", revision: 4, position: 10 };

it("a failed step says why and can be retried", async () => {
  const sent = answering({ "/api/v1/plans/pln_1/steps/call/retry": accepted });
  show(<TroubleCard plan={plan} step={failed} names={names} />);
  expect(screen.getByRole("region", { name: "Step 1 failed" })).toHaveTextContent("Answered 503.");
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  await waitFor(() => expect(sent).toHaveLength(1));
});

it("skipping asks for a reason and names what is skipped along with it", async () => {
  const sent = answering({ "/api/v1/plans/pln_1/steps/call/skip": accepted });
  show(<TroubleCard plan={plan} step={failed} names={names} />);
  await userEvent.click(screen.getByRole("button", { name: "Skip…" }));
  const dialog = screen.getByRole("dialog");
  expect(dialog).toHaveTextContent("Step 2: Tell Sarah");
  const skip = screen.getByRole("button", { name: "Skip the step" });
  expect(skip).toBeDisabled();
  await userEvent.type(screen.getByRole("textbox", { name: /^Reason/ }), "not needed");
  await userEvent.click(skip);
  await waitFor(() => expect(sent[0]?.body).toEqual({ reason: "not needed" }));
});

it("a plan that is over offers nothing", () => {
  show(<TroubleCard plan={{ ...plan, status: "cancelled" }} step={failed} names={names} />);
  expect(screen.queryByRole("button")).toBeNull();
});
