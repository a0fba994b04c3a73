// Looking back: the plan as it was approved, read-only and framed, by a link that shows the same to everybody.
import type { Page } from "@playwright/test";
import { expect, test } from "./server";

const AMBER = "rgb(214, 138, 16)";

const slider = (page: Page) => page.getByRole("slider", { name: "Moment of the plan" });
const stepRows = (page: Page) => page.getByRole("list", { name: "Steps" }).getByRole("listitem");

/** The colour of the frame around what is shown; none while it is now. */
async function frame(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const framed = document.querySelector("main [data-past]");
    return framed ? getComputedStyle(framed, "::after").borderTopColor : undefined;
  });
}

async function ran(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: "Load the sample workspace" }).click();
  await expect(page.getByRole("button", { name: "Load the sample workspace" })).toBeHidden();
  await page.getByRole("textbox", { name: "Request" }).fill("Plan a project launch");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("button", { name: "Approve…" }).click();
  const dialog = page.getByRole("dialog", { name: "Approve the plan" });
  for (const final of await dialog.locator("li").getByRole("checkbox").all()) await final.check();
  await dialog.getByRole("checkbox", { name: "Start right away" }).check();
  await dialog.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(page.getByText("Completed").first()).toBeVisible();
  const bar = page.getByRole("progressbar", { name: "Steps done" });
  await expect(bar).toHaveAttribute("aria-valuenow", (await bar.getAttribute("aria-valuemax")) ?? "");
}

test("a plan is looked at as it was approved, by link, beside now, and nothing can be done to it there", async ({
  page,
  server,
}) => {
  await ran(page, server.url);
  await expect(page.getByRole("button", { name: "Roll back…" })).toBeVisible();
  expect(await frame(page)).toBeUndefined();

  await page.getByRole("button", { name: "Look back", exact: true }).click();
  await page.getByRole("button", { name: "Approval", exact: true }).click();
  await expect(page.getByRole("status").getByText(/As of .+/)).toBeVisible();
  await expect(page.getByText(/You approved the plan · event \d+ of \d+/)).toBeVisible();
  expect(await frame(page)).toBe(AMBER);
  await expect(page.getByRole("navigation", { name: "Main" }).getByText("Past view")).toBeVisible();
  await expect(page.getByText("Nothing can be done in the past")).toBeVisible();
  for (const command of ["Roll back…", "Approve…", "Cancel plan", "Add a step"]) {
    await expect(page.getByRole("button", { name: command })).toHaveCount(0);
  }
  const steps = await stepRows(page).count();
  expect(steps).toBeGreaterThanOrEqual(3);

  // the link is the moment: whoever opens it sees the same
  const link = page.url();
  expect(link).toMatch(/[?&]as_of=\d+/);
  await page.reload();
  await expect(page.getByText(/You approved the plan · event \d+ of \d+/)).toBeVisible();
  await expect(stepRows(page)).toHaveCount(steps);
  expect(await frame(page)).toBe(AMBER);

  // then and now
  await page.getByRole("tab", { name: "Compare" }).click();
  await expect(page.getByText(`${steps} steps have another status`)).toBeVisible();
  const table = page.getByRole("table", { name: /Steps, Then and Now/ });
  await expect(table.getByText("Pending")).toHaveCount(steps);
  await expect(table.getByText("Completed")).toHaveCount(steps);
  await expect(table.getByText("Created").first()).toBeVisible();

  // by keyboard: on by one event, and by another
  await slider(page).focus();
  const at = Number(await slider(page).inputValue());
  await page.keyboard.press("ArrowRight");
  await expect(slider(page)).toHaveValue(String(at + 1));
  await expect(page.getByText(/You started the plan · event/)).toBeVisible();
  await page.keyboard.press(",");
  await expect(slider(page)).toHaveValue(String(at));
  await expect(page).toHaveURL(/as_of=\d+/);

  // the workspace of the same moment has nothing of what the plan made
  await page.getByRole("link", { name: "Workspace" }).click();
  await expect(page).toHaveURL(/\/workspace\?.*as_of=\d+/);
  await expect(page.getByRole("list", { name: "Things" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Things" }).getByText("Project launch")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Add by hand" })).toHaveCount(0);
  await page.getByRole("button", { name: "Back to now" }).click();
  await expect(page.getByRole("list", { name: "Things" }).getByText("Project launch").first()).toBeVisible();

  await page.goto(link);
  await page.getByRole("button", { name: "Back to now" }).click();
  await expect(page).not.toHaveURL(/as_of/);
  await expect(page.getByRole("button", { name: "Roll back…" })).toBeVisible();
  expect(await frame(page)).toBeUndefined();
});

test("playing from the beginning ends at now, and what happens meanwhile leaves the past alone", async ({
  page,
  server,
}) => {
  await ran(page, server.url);
  const plan = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Look back", exact: true }).click();
  await page.getByRole("button", { name: "To the beginning" }).click();
  await expect(page.getByText(/You asked for a plan · event 1 of/)).toBeVisible();

  // a comment by somebody else moves the end of the line, and not the moment
  const last = Number(await slider(page).getAttribute("max"));
  const url = `${server.url}/api/v1${plan}/comments`;
  expect((await page.request.post(url, { data: { text: "Well done" } })).ok()).toBe(true);
  await expect(slider(page)).toHaveAttribute("max", String(last + 1));
  await expect(page.getByText(/You asked for a plan · event 1 of/)).toBeVisible();

  await page.getByRole("button", { name: "20 times as fast" }).click();
  await page.getByRole("button", { name: "Play" }).click();
  await expect(page).not.toHaveURL(/as_of/);
  await expect(page.getByRole("button", { name: "Roll back…" })).toBeVisible();
});
