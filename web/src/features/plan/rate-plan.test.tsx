import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { aPlan, aStep } from "@/testing/plan";
import { answering, show } from "@/testing/render";
import { RatePlan } from "./rate-plan";

it("a plan that is over is rated with a click", async () => {
  const accepted = { plan_id: "pln_1", status: "completed", revision: 4, position: 10 };
  const sent = answering({ "/api/v1/plans/pln_1/rate": accepted });
  show(<RatePlan plan={aPlan([aStep("make")], { status: "completed" })} />);
  const fourth: HTMLInputElement = screen.getByRole("radio", { name: "4 of 5" });
  // people click the star, which is the label of a radio button that nobody sees
  await userEvent.click(fourth.labels?.[0] ?? fourth);
  await waitFor(() => expect(sent[0]?.body).toEqual({ score: 4 }));
});

it("a plan that goes on, or that never had a step, is not rated", () => {
  show(<RatePlan plan={aPlan([aStep("make")])} />);
  show(<RatePlan plan={aPlan([], { status: "cancelled" })} />);
  expect(screen.queryByRole("region", { name: "Rating" })).toBeNull();
});
