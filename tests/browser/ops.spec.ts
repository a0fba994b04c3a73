// Operations: the read models and what is done with them, events that cannot be read, the log as it is stored.
import { expect, type Page, test } from "./server";

/** Makes a plan of one step over the API and gives its id. */
async function plan(page: Page, url: string, name: string): Promise<string> {
  const steps = [{ id: "note", title: "Note it", action_type: "idea.create", params: { title: name } }];
  const made = await page.request.post(`${url}/api/v1/plans`, { data: { name, steps } });
  return (await made.json()).plan_id;
}

test("a read model is compared, rebuilt, swapped back and paused from the page", async ({ page, server }) => {
  const { url } = server;
  await plan(page, url, "One");
  await page.goto(`${url}/ops`);
  const model = page.getByRole("listitem", { name: "plan_list", exact: true });
  await expect(model.getByText("Live")).toBeVisible();

  await model.getByRole("button", { name: "Verify" }).click();
  const compared = page.getByRole("listitem", { name: "Comparison of plan_list with the log" });
  await expect(compared.getByText(/Equal to the log at position 2/)).toBeVisible();

  const choose = async (item: string, confirm: string) => {
    await model.getByRole("button", { name: "More for plan_list" }).click();
    await page.getByRole("menuitem", { name: item }).click();
    await page.getByRole("dialog").getByRole("button", { name: confirm, exact: true }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
  };
  await choose("Rebuild…", "Rebuild");
  await expect(page.getByRole("listitem", { name: "Rebuild of plan_list" }).getByText(/Build 2 answers/)).toBeVisible();
  await expect(model.getByText("2, version 1")).toBeVisible();
  await choose("Swap back…", "Swap back");
  await expect(model.getByText("1, version 1")).toBeVisible();
  await choose("Replay to a position…", "Replay");
  await expect(page.getByRole("listitem", { name: "Replay of plan_list" }).getByText(/At position 2/)).toBeVisible();

  await model.getByRole("button", { name: "More for plan_list" }).click();
  await page.getByRole("menuitem", { name: "Pause…" }).click();
  await page.getByRole("textbox", { name: "Why, for the others" }).fill("The disk is being moved");
  await page.getByRole("dialog").getByRole("button", { name: "Pause", exact: true }).click();
  await expect(model.getByText("Paused", { exact: true })).toBeVisible();
  await expect(model.getByText(/The disk is being moved/)).toBeVisible();
  await model.getByRole("button", { name: "More for plan_list" }).click();
  await page.getByRole("menuitem", { name: "Resume" }).click();
  await expect(model.getByText("Live")).toBeVisible();
});

test("events that cannot be read are shown, retried and skipped, and found in the log", async ({ page, server }) => {
  const plans: string[] = [];
  for (const name of ["One", "Two", "Three", "Four"]) {
    plans.push(await plan(page, server.url, name));
  }
  await server.stop();
  server.poison(plans);
  await server.start();
  const { url } = server;

  await page.goto(`${url}/ops?view=parked`);
  const list = page.getByRole("list", { name: "Parked events" });
  await expect(list.getByText("Unknown type: a newer server may have written it")).toBeVisible();
  await expect(list.getByText("Broken data: it is no JSON")).toBeVisible();
  await expect(list.getByText("Broken data: a field is missing")).toBeVisible();
  await expect(list.getByText("Newer version: run a newer server")).toBeVisible();

  const blessed = list.getByRole("listitem", { name: /^PlanBlessed at position/ });
  await blessed.getByText("What is in it").click();
  await expect(blessed.getByText('"by": "the moon"')).toBeVisible();
  await blessed.getByRole("button", { name: "Retry" }).click();
  await expect(blessed.getByRole("status")).toHaveText("Tried again: it still cannot be applied.");
  await blessed.getByRole("button", { name: "Skip…" }).click();
  const dialog = page.getByRole("dialog", { name: "Skip this event" });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Written by a test tool");
  await dialog.getByRole("button", { name: "Skip" }).click();
  await expect(blessed).toBeHidden();
  await expect(page.getByRole("region", { name: "Skipped" }).getByText(/Written by a test tool/).first()).toBeVisible();

  await list.getByRole("listitem").first().getByRole("link").first().click();
  const events = page.getByRole("list", { name: "Events" });
  await expect(events.getByText("unreadable").first()).toBeVisible();
  await events.getByRole("link", { name: "its events" }).first().click();
  await expect(page.getByRole("textbox", { name: "Stream" })).toHaveValue(`plan-${plans[1]}`);
  await expect(events.getByRole("listitem")).toHaveCount(4);
  await page.getByRole("search").getByText("Type", { exact: true }).click();
  await page.getByRole("textbox", { name: "Type" }).fill("PlanCreated");
  await page.getByRole("button", { name: "Look" }).click();
  await expect(events.getByRole("listitem")).toHaveCount(4);
  // the plan itself goes on being shown, as far as it could be read
  await page.goto(`${url}/plans/${plans[0]}`);
  await expect(page.getByRole("heading", { name: "One" })).toBeVisible();
});
