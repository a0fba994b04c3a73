// The proof beside a plan's history: how far it is verified, and the line to check it with on one's own.
import { expect, test } from "./server";

test("a plan's history says how far it is verified and with which command anybody checks it", async ({
  page,
  server,
}) => {
  const { url } = server;
  await page.goto(url);
  await page.getByRole("textbox", { name: "Request" }).fill("Plan a project launch");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("button", { name: "Approve…" })).toBeVisible();
  const plan = new URL(page.url()).pathname.split("/").at(-1) as string;

  await page.goto(`${url}/plans/${plan}?view=history`);
  const badge = page.getByRole("region", { name: "Proof" });
  await badge.getByRole("button", { name: "Sign now" }).click();
  const answer = await page.request.get(`${url}/api/v1/plans/${plan}/proof`);
  const { position, command } = await answer.json();
  await expect(badge.getByText(`Verified up to position ${position}`, { exact: true })).toBeVisible();
  await expect(badge.getByRole("button", { name: "Sign now" })).toBeHidden();

  await badge.getByRole("button", { name: "How to check it" }).click();
  expect(command).toContain("cairn audit verify-bundle");
  await expect(badge.getByText(command, { exact: true })).toBeVisible();
  const evidence = page.waitForEvent("download");
  await badge.getByRole("link", { name: "Evidence" }).click();
  expect((await evidence).suggestedFilename()).toBe(`evidence-${plan}.html`);
});
