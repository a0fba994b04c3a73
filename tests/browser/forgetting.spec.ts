// Forgetting a person: said plainly, confirmed by the name, and nowhere to be found afterwards.
import { expect, test } from "./server";

test("a person is forgotten by typing their name, and shows as forgotten everywhere", async ({ page, server }) => {
  const { url } = server;
  await page.goto(url);
  await page.getByRole("button", { name: "Load the sample workspace" }).click();
  const people = async () => {
    const answer = await page.request.get(`${url}/api/v1/workspace/entities?kind=person&limit=200`);
    return (await answer.json()).items as { id: string; title: string }[];
  };
  await expect.poll(async () => (await people()).some(({ title }) => title === "Sarah Chen")).toBe(true);
  const sarah = (await people()).find(({ title }) => title === "Sarah Chen")?.id;

  await page.goto(`${url}/workspace/${sarah}`);
  await page.getByRole("button", { name: "Forget…" }).click();
  const dialog = page.getByRole("dialog", { name: "Forget Sarah Chen" });
  await expect(dialog.getByRole("region", { name: "What is gone" })).toContainText("name, email and organisation");
  const forget = dialog.getByRole("button", { name: "Forget for good" });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("They asked us to");
  await dialog.getByRole("textbox", { name: /Type Sarah Chen/ }).fill("Sarah");
  await expect(forget).toBeDisabled();
  await dialog.getByRole("textbox", { name: /Type Sarah Chen/ }).fill("Sarah Chen");
  await forget.click();
  await page.getByRole("button", { name: "Done" }).click();

  await expect(page.getByRole("region", { name: "Forgotten" })).toContainText("They asked us to");
  await expect(page.getByText("Sarah Chen")).toHaveCount(0);
  await page.goto(`${url}/history?entity=${sarah}`);
  await expect(page.getByText("forgot for good")).toBeVisible();
  await expect(page.getByText("Sarah Chen")).toHaveCount(0);
});
