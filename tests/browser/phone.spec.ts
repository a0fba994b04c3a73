// Nothing is wider than a phone: each page of the main job, at the width of a small one and of a common one.
import { expect, test } from "./server";

test("no page of the main job has to be moved sideways on a phone", async ({ page, server }) => {
  const { url } = server;
  await page.goto(url);
  await page.getByRole("button", { name: "Load the sample workspace" }).click();
  await page.getByRole("textbox", { name: "Request" }).fill("Plan a project launch");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("button", { name: "Approve…" })).toBeVisible();
  const plan = new URL(page.url()).pathname;
  const pages = [
    "/",
    "/plans",
    plan,
    `${plan}?view=history`,
    `${plan}?view=compare`,
    "/templates",
    "/workspace",
    "/history",
    "/insights",
    "/settings",
  ];
  for (const width of [360, 390]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of pages) {
      await page.goto(`${url}${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      const over = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await expect.poll(over, `${path} at ${width}`).toBeLessThanOrEqual(0);
    }
  }
});
