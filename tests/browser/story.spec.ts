// The main job, as a person does it: words, a plan, changes, a yes, a run that is watched, and what it made.
import type { Page } from "@playwright/test";
import { expect, test } from "./server";

const steps = (page: Page) => page.getByRole("list", { name: "Steps" });

async function loadSample(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: "Load the sample workspace" }).click();
  await expect(page.getByRole("button", { name: "Load the sample workspace" })).toBeHidden();
  // the tasks come last, so with all eight of them everything is there to be compared with later
  await expect.poll(async () => (await things(page, url, "task")).length).toBe(8);
}

async function ask(page: Page, request: string): Promise<void> {
  await page.getByRole("textbox", { name: "Request" }).fill(request);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(steps(page)).toBeVisible();
  await expect(page.getByText(/^\d+ steps/).first()).toBeVisible();
  await expect(steps(page).getByText("Low").first()).toBeVisible();
  await expect(steps(page).getByText("after step").first()).toBeAttached();
}

/** One step changed, one added, one moved, one removed; then all of it applied as one edit. */
async function change(page: Page): Promise<void> {
  const rows = steps(page).getByRole("listitem");
  const count = await rows.count();
  expect(count).toBeGreaterThanOrEqual(3);

  await rows.first().getByRole("button").first().click();
  const title = page.getByRole("textbox", { name: "Step title" });
  await title.fill(`${await title.inputValue()}, with care`);

  await rows
    .nth(count - 1)
    .getByRole("button")
    .first()
    .click();
  await page.getByRole("button", { name: "Add a step after" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Action" }).click();
  await page.getByRole("option", { name: "Write down an idea" }).click();
  await dialog.getByRole("textbox", { name: "Title", exact: true }).fill("Celebrate when it is done");
  await dialog.getByRole("button", { name: "Add step" }).click();
  await expect(rows).toHaveCount(count + 1);

  // the new step goes up by one, and a second new one comes and goes
  await rows.nth(count).getByRole("button").first().click();
  await page.getByRole("button", { name: "Move up" }).click();
  await expect(rows.nth(count - 1)).toContainText("Celebrate");
  await page.getByRole("button", { name: /^Apply/ }).click();
  await expect(page.getByRole("region", { name: "Changes not applied yet" })).toBeHidden();
  await expect(rows).toHaveCount(count + 1);
  await expect(rows.first()).toContainText("with care");
}

/** Takes out a step that no other step needs. */
async function removeOne(page: Page, title: RegExp): Promise<void> {
  const rows = steps(page).getByRole("listitem");
  const count = await rows.count();
  await rows.filter({ hasText: title }).first().getByRole("button").first().click();
  await page.getByRole("button", { name: "Remove step" }).click();
  const confirm = page.getByRole("dialog").getByRole("button", { name: /^Remove/ });
  if (await confirm.isVisible().catch(() => false)) await confirm.click();
  await page.getByRole("button", { name: /^Apply/ }).click();
  await expect(page.getByRole("region", { name: "Changes not applied yet" })).toBeHidden();
  await expect(rows).toHaveCount(count - 1);
}

/** Approves, starts, and watches the run to its end without a reload. */
async function carryOut(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
  await page.getByRole("button", { name: "Approve…" }).click();
  const dialog = page.getByRole("dialog", { name: "Approve the plan" });
  for (const final of await dialog.locator("li").getByRole("checkbox").all()) await final.check();
  const startNow = dialog.getByRole("checkbox", { name: "Start right away" });
  if (!(await startNow.isChecked())) await startNow.check();
  await dialog.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(page.getByRole("progressbar", { name: "Steps done" })).toBeVisible();
  await expect(page.getByText("Completed").first()).toBeVisible();
  const bar = page.getByRole("progressbar", { name: "Steps done" });
  await expect(bar).toHaveAttribute("aria-valuenow", (await bar.getAttribute("aria-valuemax")) ?? "");
  expect(await page.evaluate(() => "neverReloaded" in window)).toBe(true);
}

type Thing = { id: string; kind: string; archived: boolean; fields: Record<string, unknown>; links: { to: string }[] };

async function things(page: Page, url: string, kind: string): Promise<Thing[]> {
  const answer = await page.request.get(`${url}/api/v1/workspace/entities?kind=${kind}&archived=true&limit=200`);
  return (await answer.json()).items;
}

const linked = (a: Thing, b: Thing) =>
  a.links.some((link) => link.to === b.id) || b.links.some((link) => link.to === a.id);

test("a project launch is planned, changed, approved and carried out", async ({ page, server }) => {
  await loadSample(page, server.url);
  const before = new Set((await things(page, server.url, "project")).map((project) => project.id));
  await ask(page, "Plan a project launch");
  await change(page);
  await removeOne(page, /Celebrate/);
  await carryOut(page);
  const made = (await things(page, server.url, "project")).filter((project) => !before.has(project.id));
  expect(made).toHaveLength(1);
  expect((made[0]?.fields.milestones as unknown[]).length).toBeGreaterThanOrEqual(2);
  const admin = (await things(page, server.url, "task")).filter((task) => task.fields.admin === true);
  expect(admin.length).toBeGreaterThanOrEqual(2);

  await page.goto(`${server.url}/workspace`);
  await expect(page.getByText(String(made[0]?.fields.name)).first()).toBeVisible();
});

test("a follow-up makes a task that is linked to the person, and a reminder", async ({ page, server }) => {
  await loadSample(page, server.url);
  const tasksBefore = new Set((await things(page, server.url, "task")).map((task) => task.id));
  await ask(page, "Follow up with Sarah");
  await change(page);
  await removeOne(page, /Celebrate/);
  await carryOut(page);
  const people = await things(page, server.url, "person");
  const sarah = people.find((person) => String(person.fields.name).includes("Sarah")) as Thing;
  const tasks = (await things(page, server.url, "task")).filter((task) => !tasksBefore.has(task.id));
  expect(tasks.some((task) => linked(task, sarah))).toBe(true);
  const reminders = await things(page, server.url, "reminder");
  expect(
    reminders.some((one) => one.fields.about === sarah.id || tasks.some((task) => task.id === one.fields.about)),
  ).toBe(true);
});

test("an open idea becomes a project, and tomorrow everything is still there", async ({ page, server }) => {
  await loadSample(page, server.url);
  await page.goto(`${server.url}/workspace?kind=idea`);
  const list = page.getByRole("list", { name: "Things" });
  await list.getByRole("link").first().click();
  await page.getByRole("link", { name: "Convert this idea to a project" }).click();
  await expect(page.getByRole("textbox", { name: "Request" })).toHaveValue("Convert this idea to a project");
  await ask(page, "Convert this idea to a project");
  await change(page);
  await removeOne(page, /Celebrate/);
  await carryOut(page);
  const idea = (await things(page, server.url, "idea")).find((one) => one.archived) as Thing;
  expect(idea).toBeDefined();
  const projects = await things(page, server.url, "project");
  expect(projects.some((project) => linked(project, idea))).toBe(true);

  const path = new URL(page.url()).pathname;
  await server.stop();
  await server.start();
  await page.goto(`${server.url}${path}`);
  await expect(page.getByText("Completed").first()).toBeVisible();
});
