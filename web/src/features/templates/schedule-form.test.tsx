import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { answering, show } from "@/testing/render";
import { aTemplate } from "@/testing/template";
import { ScheduleForm } from "./schedule-form";

const preview = {
  cron: "30 8 * * 1,5",
  time_zone: "Europe/Berlin",
  next: ["2026-12-04T07:30:00Z", "2026-12-07T07:30:00Z"],
  plan_name: "Review of the board",
  steps: 1,
};

it("says in words how often, shows the next times, and only then schedules it", async () => {
  const written = { schedule_id: "sch_1", revision: 0, position: 12 };
  const sent = answering({
    "/api/v1/templates/tpl_1/schedules/preview": preview,
    "/api/v1/templates/tpl_1/schedules": written,
  });
  let closed = false;
  show(
    <ScheduleForm
      template={aTemplate}
      onClose={() => {
        closed = true;
      }}
    />,
  );
  expect(screen.queryByRole("button", { name: "Schedule it" })).toBeNull();
  await userEvent.click(screen.getByRole("checkbox", { name: "Friday" }));
  fireEvent.change(screen.getByLabelText("At"), { target: { value: "" } });
  expect(screen.getByRole("button", { name: "Show the next times" })).toBeDisabled();
  fireEvent.change(screen.getByLabelText("At"), { target: { value: "08:30" } });
  await userEvent.click(screen.getByRole("button", { name: "Show the next times" }));
  await screen.findByText("Review of the board");
  expect(screen.getByText("Fri, 4 Dec 2026, 08:30")).toBeVisible();
  const asked = sent.find(({ path }) => path.endsWith("/preview"));
  // a day that was meant for one plan is for no other
  expect(asked?.body).toMatchObject({ cron: "30 8 * * 1,5", arguments: { what: "the board", day: "today" } });
  await userEvent.click(screen.getByRole("button", { name: "Schedule it" }));
  await expect.poll(() => closed).toBe(true);
});

it("takes a cron expression from those who want to write one", async () => {
  const sent = answering({ "/api/v1/templates/tpl_1/schedules/preview": preview });
  show(<ScheduleForm template={aTemplate} onClose={() => undefined} />);
  await userEvent.click(screen.getByRole("button", { name: "Write a cron expression" }));
  const cron = screen.getByRole("textbox", { name: "Cron expression" });
  expect(cron).toHaveValue("0 9 * * 1");
  await userEvent.clear(cron);
  await userEvent.type(cron, "*/15 9-17 * * mon-fri");
  await userEvent.click(screen.getByRole("button", { name: "Show the next times" }));
  await screen.findByText("Review of the board");
  const asked = sent.find(({ path }) => path.endsWith("/preview"));
  expect(asked?.body).toMatchObject({ cron: "*/15 9-17 * * mon-fri" });
});
