// A model drafts plans, in both languages that providers speak: steps appear one by one, and the review says whose they are.
import { test as base, expect, type Page } from "@playwright/test";
import { Providers, Server } from "./server";

type Started = (planner: "anthropic" | "openai", behaviour: string) => Promise<Server>;

/** Tests start a server with a provider that behaves as they say. */
const test = base.extend<{ started: Started }>({
  started: async ({}, use) => {
    const providers = new Providers();
    await providers.start();
    const server = new Server();
    await use(async (planner, behaviour) => {
      await server.start(providers.variables(planner, behaviour));
      const sample = await fetch(`${server.url}/api/v1/workspace/sample`, { method: "POST" });
      expect(sample.ok).toBe(true);
      return server;
    });
    await server.stop();
    server.forget();
    providers.stop();
  },
});

const coming = (page: Page) => page.getByRole("list", { name: "Steps so far" });
const steps = (page: Page) => page.getByRole("list", { name: "Steps", exact: true });

async function send(page: Page, url: string, request: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("textbox", { name: "Request" }).fill(request);
  await page.getByRole("button", { name: "Send" }).click();
}

/** Notes how many steps the page shows, each time that changes, from the next page on. */
async function watchSteps(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: number[] = [];
    Object.assign(window, { seenSteps: seen });
    const look = () => {
      const list = document.querySelector('[aria-label="Steps so far"]');
      const count = list?.querySelectorAll("li:not([aria-hidden])").length ?? 0;
      if (list && seen.at(-1) !== count) seen.push(count);
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
}

const seen = (page: Page) => page.evaluate(() => (window as unknown as { seenSteps: number[] }).seenSteps);

for (const [planner, name] of [
  ["anthropic", "Anthropic"],
  ["openai", "OpenAI"],
] as const) {
  test(`the three requests, drafted by ${name}, appear step by step`, async ({ page, started }) => {
    const { url } = await started(planner, "paced");
    await watchSteps(page);
    const idea = (await (await fetch(`${url}/api/v1/workspace/entities?kind=idea`)).json()).items[0].id;
    for (const [address, request, count] of [
      [url, "Plan a project launch", 6],
      [url, "Follow up with Sarah", 3],
      [`${url}/?selection=${idea}`, "Convert this idea to a project", 3],
    ] as const) {
      await send(page, address, request);
      await expect(coming(page).getByRole("listitem").first()).toBeVisible();
      await expect(page.getByText(/ is writing, \d+ steps? so far/)).toBeVisible();
      await expect(steps(page).getByRole("listitem")).toHaveCount(count);
      // the page may open after the first step has come; from there on it shows them one by one
      const counts = await seen(page);
      expect(counts.length).toBeGreaterThan(1);
      expect(counts).toEqual(counts.map((_, index) => (counts[0] ?? 0) + index));
      expect(counts.at(-1)).toBe(count);
      const panel = page.getByRole("complementary", { name: "The plan" });
      await expect(panel.getByText(name, { exact: true })).toBeVisible();
      await expect(panel.getByText("plan.v1")).toBeVisible();
      await expect(panel.getByText("Tokens")).toBeVisible();
      await expect(panel.getByText(/^\$0\.0/)).toBeVisible();
    }
  });

  test(`drafting by ${name} can be cancelled`, async ({ page, started }) => {
    const { url } = await started(planner, "hang-inside");
    await send(page, url, "Plan a project launch");
    await expect(coming(page).getByRole("listitem").first()).toBeVisible();
    await page.getByRole("button", { name: "Cancel drafting" }).click();
    await expect(page.getByRole("heading", { name: "Cancelled before there was a plan" })).toBeVisible();
    await expect(coming(page)).toBeHidden();
  });

  test(`when ${name} breaks off, the offline planner takes over and the review says so`, async ({ page, started }) => {
    const { url } = await started(planner, "short");
    await send(page, url, "Plan a project launch");
    await expect(steps(page)).toBeVisible();
    await expect(page.getByRole("note")).toContainText("Made by the offline planner");
    await expect(page.getByRole("note")).toContainText("stopped before its answer was complete");
  });
}

test("settings and the request box say which planner is asked", async ({ page, started }) => {
  const { url } = await started("openai", "good");
  await page.goto(url);
  const choice = page.getByRole("combobox", { name: "Planner" });
  await expect(choice.getByRole("option", { name: "Automatic: gpt-4.1" })).toBeAttached();
  await expect(choice.getByRole("option", { name: "Anthropic (no key)" })).toBeDisabled();
  await page.goto(`${url}/settings`);
  const planners = page.getByRole("region", { name: "Planners" });
  await expect(planners.getByText("There is no key: start the server with ANTHROPIC_API_KEY set.")).toBeVisible();
  await expect(planners.getByText("gpt-4.1").first()).toBeVisible();
});
