// Taking back what a plan did: the conflict with a change by hand, the choice, and the way back again.
import type { Page } from "@playwright/test";
import { expect, test } from "./server";

type Thing = { id: string; kind: string; archived: boolean; fields: Record<string, unknown>; links: unknown[] };

/** Everything in the workspace, field by field, without what was taken back. */
async function workspace(page: Page, url: string): Promise<Thing[]> {
  const answer = await page.request.get(`${url}/api/v1/workspace/entities?archived=true&limit=200`);
  const items: Thing[] = (await answer.json()).items;
  const shown = items.map(({ id, kind, archived, fields, links }) => ({ id, kind, archived, fields, links }));
  return shown.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function launched(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await page.getByRole("button", { name: "Load the sample workspace" }).click();
  await expect.poll(async () => (await workspace(page, url)).filter(({ kind }) => kind === "task").length).toBe(8);
  return url;
}

async function run(page: Page, request: string): Promise<void> {
  await page.getByRole("textbox", { name: "Request" }).fill(request);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("button", { name: "Approve…" }).click();
  const dialog = page.getByRole("dialog", { name: "Approve the plan" });
  for (const final of await dialog.locator("li").getByRole("checkbox").all()) await final.check();
  await dialog.getByRole("checkbox", { name: "Start right away" }).check();
  await dialog.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(page.getByText("Completed").first()).toBeVisible();
}

test("a launch is rolled back around a change by hand, and the rollback is undone", async ({ page, server }) => {
  const { url } = server;
  await launched(page, url);
  const before = await workspace(page, url);
  const known = new Set(before.map(({ id }) => id));
  await run(page, "Plan a project launch");
  const plan = new URL(page.url()).pathname;

  const task = (await workspace(page, url)).find(({ id, kind }) => kind === "task" && !known.has(id)) as Thing;
  await page.goto(`${url}/workspace/${task.id}`);
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("Write the brief with Sarah");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  const changed = await workspace(page, url);

  await page.goto(`${url}${plan}`);
  await page.getByRole("button", { name: "Roll back…" }).click();
  const dialog = page.getByRole("dialog", { name: "Roll back" });
  await expect(dialog.getByText("1 conflict to decide")).toBeVisible();
  await expect(dialog.getByText(/You changed this later/)).toBeVisible();
  await expect(dialog.getByRole("cell", { name: "Write the brief with Sarah" }).first()).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Roll back" })).toBeDisabled();
  await dialog.getByRole("radio", { name: /Keep theirs/ }).check();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("The launch was moved to spring");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Rolled back").first()).toBeVisible();
  const kept = changed.filter(({ id }) => id === task.id);
  await expect.poll(() => workspace(page, url)).toEqual([...before, ...kept].sort((a, b) => (a.id < b.id ? -1 : 1)));

  await page.getByRole("button", { name: "Undo this rollback…" }).first().click();
  const back = page.getByRole("dialog", { name: "Undo the rollback" });
  await back.getByRole("textbox", { name: "Reason" }).fill("It is on again");
  await back.getByRole("button", { name: "Undo the rollback" }).click();
  await expect(back).toBeHidden();
  await expect(page.getByText("Completed").first()).toBeVisible();
  await expect.poll(() => workspace(page, url)).toEqual(changed);
});

test("a step whose result others used lists them first, and one step goes while the rest stays", async ({
  page,
  server,
}) => {
  const { url } = server;
  await launched(page, url);
  await run(page, "Follow up with Sarah");
  const all = (await workspace(page, url)).length;
  const rows = page.getByRole("list", { name: "Steps" }).getByRole("listitem");
  await rows.first().getByRole("button").first().click();
  await page.getByRole("button", { name: "Roll back this step…" }).click();
  const dialog = page.getByRole("dialog", { name: "Roll back" });
  await expect(dialog.getByRole("region", { name: "In the way" })).toContainText("used its result");
  await expect(dialog.getByRole("button", { name: "Roll back" })).toBeDisabled();
  await dialog.getByRole("button", { name: "Leave it" }).click();

  await rows.last().getByRole("button").first().click();
  await page.getByRole("button", { name: "Roll back this step…" }).click();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Not needed");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect(dialog).toBeHidden();
  await expect(rows.last()).toContainText("Undone");
  await expect(page.getByText("Completed").first()).toBeVisible();
  expect((await workspace(page, url)).length).toBeLessThanOrEqual(all);
});
