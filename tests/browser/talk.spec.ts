// Talking with the planner in a real browser: a question answered, another draft asked for, what differs.
import { expect, test } from "./server";

test("a question is answered, and the plan is changed in words", async ({ page, server }) => {
  await page.goto(server.url);
  await page.getByRole("textbox", { name: "Request" }).fill("Create a project");
  await page.getByRole("button", { name: "Send" }).click();

  const questions = page.getByRole("form", { name: "Questions" });
  await questions.getByRole("textbox", { name: /called/ }).fill("Kestrel");
  await questions.getByRole("button", { name: "Answer" }).click();
  const steps = page.getByRole("list", { name: "Steps", exact: true });
  await expect(steps.getByText(/Kestrel/).first()).toBeVisible();

  const words = page.getByRole("textbox", { name: "What should be different" });
  await words.fill("Rename the project to Merlin and add a task to order the flyers");
  await words.press("Control+Enter");
  const difference = page.getByRole("region", { name: "What differs from the draft before" });
  await expect(difference).toContainText("1 step added");
  await expect(difference).toContainText("Merlin");
  await expect(steps.getByText(/flyers/).first()).toBeVisible();

  await words.fill("mumble bumble");
  await page.getByRole("button", { name: "Make another draft" }).click();
  await expect(page.getByText(/The draft stays as it was/)).toBeVisible();
  await expect(steps.getByText(/flyers/).first()).toBeVisible();
});
