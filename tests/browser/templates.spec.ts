// What worked once works again: a plan that ran is saved as a template, and run for another project.
import type { Page } from "@playwright/test";
import { expect, test } from "./server";

type Thing = { id: string; fields: Record<string, unknown> };

/** A launch with a project, a meeting two weeks later, and a note that needs both. */
const launch = {
  name: "Launch Kestrel",
  steps: [
    {
      id: "create-project",
      title: "Create the project Kestrel",
      action_type: "project.create",
      params: { name: "Kestrel", due_date: "2027-03-31" },
    },
    {
      id: "kick-off",
      title: "Schedule the kick-off of Kestrel",
      action_type: "calendar.schedule",
      depends_on: ["create-project"],
      params: { title: "Kick-off of Kestrel", at: "2027-03-01T10:00" },
    },
    {
      id: "plan-it",
      title: "Write the launch plan",
      action_type: "task.create",
      depends_on: ["create-project", "kick-off"],
      params: {
        title: "Write the launch plan of Kestrel",
        project: "{{steps.create-project.result.id}}",
        due_date: "2027-03-08",
      },
    },
  ],
};

async function things(page: Page, url: string, kind: string): Promise<Thing[]> {
  return (await (await page.request.get(`${url}/api/v1/workspace/entities?kind=${kind}&limit=200`)).json()).items;
}

/** Approves, starts, and watches the run to its end. */
async function carryOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Approve…" }).click();
  const dialog = page.getByRole("dialog", { name: "Approve the plan" });
  const startNow = dialog.getByRole("checkbox", { name: "Start right away" });
  if (!(await startNow.isChecked())) await startNow.check();
  await dialog.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(page.getByText("Completed").first()).toBeVisible();
}

async function saveAsTemplate(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save as template…" }).click();
  const dialog = page.getByRole("dialog", { name: "Save as template" });
  // what was found is marked in its texts, and ticked
  const project = dialog.getByRole("checkbox", { name: "Make project_name a parameter" });
  await expect(project).toBeChecked();
  await expect(dialog.getByRole("checkbox", { name: "Make start_date a parameter" })).toBeChecked();
  await expect(
    dialog.getByRole("list", { name: "Places of project_name" }).locator("mark").first(),
  ).toHaveText("Kestrel");
  await dialog.getByRole("textbox", { name: "Template name" }).fill("Product launch");
  await dialog.getByRole("textbox", { name: "Label of project_name" }).fill("What is launched");
  await dialog.getByRole("button", { name: "Save template" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Product launch" })).toBeVisible();
}

test("a launch that ran is saved, and run for another project with its dates moved", async ({ page, server }) => {
  const made = await page.request.post(`${server.url}/api/v1/plans`, { data: launch });
  const { plan_id } = await made.json();
  await page.goto(`${server.url}/plans/${plan_id}`);
  await carryOut(page);
  await saveAsTemplate(page);

  await page.getByRole("link", { name: "Templates" }).first().click();
  await page.getByRole("list", { name: "Templates" }).getByRole("link", { name: "Product launch" }).click();
  await page.getByRole("button", { name: "Use template" }).click();
  const form = page.getByRole("region", { name: "Use the template" });
  await form.getByLabel("Start date").fill("2027-06-01");

  // what is missing is refused at its field, and nothing is made
  await form.getByRole("button", { name: "Preview" }).click();
  await expect(form.getByRole("textbox", { name: "What is launched" })).toHaveAttribute("aria-invalid", "true");
  await form.getByRole("textbox", { name: "What is launched" }).fill("Osprey <b>{{x}}</b>");
  await form.getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "The plan as it would be" });
  await expect(preview.getByRole("heading", { name: "Launch Osprey <b>{{x}}</b>" })).toBeVisible();
  await expect(preview.getByText("after step 1, step 2")).toBeVisible();
  await expect(preview.getByText("1 Jul 2027").or(preview.getByText("2027-07-01")).first()).toBeVisible();
  expect(await things(page, server.url, "project")).toHaveLength(1);

  await form.getByRole("button", { name: "Make the plan" }).click();
  await expect(page.getByText("from the template Product launch, version 1")).toBeVisible();
  await carryOut(page);
  const projects = await things(page, server.url, "project");
  const osprey = projects.find((project) => project.fields.name === "Osprey <b>{{x}}</b>");
  expect(osprey?.fields.due_date).toBe("2027-07-01");
  const meetings = await things(page, server.url, "calendar_entry");
  expect(meetings.map((meeting) => meeting.fields.at)).toContain("2027-06-01T10:00");
  const tasks = await things(page, server.url, "task");
  expect(tasks.find((task) => task.fields.project === osprey?.id)?.fields.due_date).toBe("2027-06-08");

  // what was given is remembered the next time
  await page.getByRole("link", { name: "Templates" }).first().click();
  await page.getByRole("list", { name: "Templates" }).getByRole("link", { name: "Product launch" }).click();
  await expect(page.getByText(/used once, 100% completed/)).toBeVisible();
  await page.getByRole("button", { name: "Use template" }).click();
  await expect(page.getByRole("textbox", { name: "What is launched" })).toHaveValue("Osprey <b>{{x}}</b>");
});

test("a template has versions that are compared and restored", async ({ page, server }) => {
  const made = await page.request.post(`${server.url}/api/v1/plans`, { data: launch });
  const { plan_id } = await made.json();
  await page.goto(`${server.url}/plans/${plan_id}`);
  await saveAsTemplate(page);

  await page.getByRole("button", { name: "Edit…" }).click();
  const editing = page.getByRole("region", { name: "Edit the template" });
  await editing.getByRole("button", { name: /3 Write the launch plan/ }).click();
  await editing.getByRole("textbox", { name: "Title of step 3" }).fill("Write down how to launch {{params.wrong}}");
  await editing.getByRole("button", { name: "Save as version 2" }).click();
  await expect(editing.getByRole("textbox", { name: "Title of step 3" })).toHaveAttribute("aria-invalid", "true");
  // a gap is put in where the cursor stands, and shown marked
  await editing.getByRole("textbox", { name: "Title of step 3" }).fill("Write down how to launch ");
  await editing.getByRole("button", { name: "Insert a parameter into Title of step 3" }).click();
  await page.getByRole("menuitem", { name: "What is launched" }).click();
  await expect(editing.getByRole("textbox", { name: "Title of step 3" })).toHaveValue(
    "Write down how to launch {{params.project_name}}",
  );
  await expect(editing.locator("mark", { hasText: "project name" }).last()).toBeVisible();
  await editing.getByRole("textbox", { name: "What was changed" }).fill("Clearer words");
  await editing.getByRole("button", { name: "Save as version 2" }).click();

  const versions = page.getByRole("list", { name: "Versions" });
  await expect(versions.getByText("Clearer words")).toBeVisible();
  await versions.getByRole("button", { name: "Compare version 1 with the newest" }).click();
  const difference = page.getByRole("region", { name: "Version 1 and version 2" });
  await expect(difference.getByText("Write the launch plan").first()).toBeVisible();

  await versions.getByRole("button", { name: "Restore version 1" }).click();
  await expect(versions.getByText("version 1 again")).toBeVisible();
  await expect(page.getByRole("list", { name: "Steps" })).toContainText("Write the launch plan");

  // a version that is pre-approved makes plans that are approved already
  await versions.getByRole("button", { name: "Pre-approve version 3" }).click();
  await expect(versions.getByText("Pre-approved")).toBeVisible();
  await page.getByRole("button", { name: "Use template" }).click();
  const form = page.getByRole("region", { name: "Use the template" });
  await form.getByRole("textbox", { name: "What is launched" }).fill("Osprey");
  await form.getByRole("button", { name: "Preview" }).click();
  await form.getByRole("button", { name: "Make the plan" }).click();
  await expect(page.getByRole("button", { name: "Start", exact: true })).toBeVisible();
  await page.goBack();

  await page.getByRole("button", { name: "Retire…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("There is a better one");
  await dialog.getByRole("button", { name: "Retire the template" }).click();
  await expect(page.getByText("Retired: There is a better one")).toBeVisible();
  await page.getByRole("button", { name: "Bring back" }).click();
  await expect(page.getByRole("button", { name: "Use template" })).toBeVisible();
});

test("the starter library is added, and a file that is none is refused with its line", async ({ page, server }) => {
  await page.goto(`${server.url}/templates`);
  await page.getByRole("button", { name: "Add the starter library" }).click();
  const library = page.getByRole("list", { name: "Templates", exact: true });
  await expect(library.getByRole("listitem").filter({ has: page.getByRole("heading") })).toHaveCount(9);
  await page.getByRole("searchbox", { name: "Search templates" }).fill("post-mortem");
  await expect(library.getByRole("heading")).toHaveCount(1);

  const broken = "cairn: template/1\nname: T\nplan: {name: P}\nsteps:\n  - action: rm.everything\n";
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import a file…" }).click();
  await (await chooser).setFiles({ name: "broken.yaml", mimeType: "application/yaml", buffer: Buffer.from(broken) });
  await expect(page.getByRole("alert")).toContainText("line 5");

  await library.getByRole("link", { name: "Post-mortem" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export" }).click();
  expect((await downloading).suggestedFilename()).toMatch(/\.yaml$/);
});

/** A template with words and a day, made over the API. */
async function written(page: Page, url: string, name: string): Promise<string> {
  const content = {
    plan_name: `${name} of {{params.day}}`,
    parameters: [
      { name: "day", type: "date", label: "Day", required: true },
      { name: "what", label: "What", required: true },
    ],
    steps: [
      {
        id: "look",
        title: "Look at {{params.what}} by {{params.day + 4 days as D MMMM}}",
        action_type: "task.create",
        params: { title: "Look at {{params.what}}", due_date: "{{params.day + 4 days}}" },
      },
    ],
  };
  const made = await page.request.post(`${url}/api/v1/templates`, { data: { name, content } });
  return (await made.json()).template_id;
}

test("a template is scheduled in words, paused, resumed and removed", async ({ page, server }) => {
  const id = await written(page, server.url, "Review");
  await page.goto(`${server.url}/templates/${id}`);
  const section = page.getByRole("region", { name: "Schedules" });
  await section.getByRole("button", { name: "Schedule…" }).click();
  const form = section.getByRole("form", { name: "Schedule the template" });
  await form.getByRole("checkbox", { name: "Friday" }).check();
  await form.getByRole("checkbox", { name: "Monday" }).uncheck();
  await form.getByLabel("At", { exact: true }).fill("16:30");

  // what is missing stands at its field
  await form.getByRole("button", { name: "Show the next times" }).click();
  await expect(form.getByRole("textbox", { name: "What" })).toHaveAttribute("aria-invalid", "true");
  await form.getByRole("textbox", { name: "What" }).fill("the board");
  await form.getByRole("button", { name: "Show the next times" }).click();
  await expect(form.getByRole("list", { name: "Next times" }).getByRole("listitem")).toHaveCount(5);
  await expect(form.getByRole("list", { name: "Next times" }).getByRole("listitem").first()).toContainText("16:30");
  await form.getByRole("button", { name: "Schedule it" }).click();

  const card = section.getByRole("list", { name: "Schedules" }).getByRole("listitem").first();
  await expect(card.getByRole("heading", { name: "Every Friday at 16:30" })).toBeVisible();
  await expect(card.getByText("the day it is due")).toBeVisible();
  await card.getByRole("button", { name: "Pause" }).click();
  await expect(card.getByText("Paused.")).toBeVisible();
  await card.getByRole("button", { name: "Resume" }).click();
  await expect(card.getByRole("list", { name: "Next times" })).toBeVisible();
  await card.getByRole("button", { name: "Remove…" }).click();
  await card.getByRole("button", { name: "Remove for good" }).click();
  await expect(section.getByText("It is run when somebody asks for it.")).toBeVisible();
});

test("a template becomes a sub-plan of another, and no circle of them can be made", async ({ page, server }) => {
  const inner = await written(page, server.url, "Review");
  const outer = await written(page, server.url, "Month");
  await page.goto(`${server.url}/templates/${outer}`);
  await page.getByRole("button", { name: "Edit…" }).click();
  const editing = page.getByRole("region", { name: "Edit the template" });
  await editing.getByRole("combobox", { name: "Insert a template" }).click();
  await page.getByRole("option", { name: "Review" }).click();
  const sub = editing.getByRole("list", { name: "Sub-plans to edit" });
  await sub.getByRole("button", { name: "Insert a parameter into Day" }).click();
  await page.getByRole("menuitem", { name: "Day, a week later" }).click();
  await sub.getByRole("textbox", { name: "What" }).fill("the month");
  await editing.getByRole("button", { name: "Save as version 2" }).click();
  await expect(page.getByRole("list", { name: "Versions" }).getByText("Version 2", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Use template" }).click();
  const form = page.getByRole("region", { name: "Use the template" });
  await form.getByLabel("Day").fill("2027-03-01");
  await form.getByRole("textbox", { name: "What" }).fill("<i>{{x}}</i>");
  await form.getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "The plan as it would be" });
  await expect(preview.getByText("Look at <i>{{x}}</i> by 5 March").first()).toBeVisible();
  await expect(preview.getByText("Look at the month by 12 March").first()).toBeVisible();

  // the other way round it would be a circle
  await page.goto(`${server.url}/templates/${inner}`);
  await page.getByRole("button", { name: "Edit…" }).click();
  await editing.getByRole("combobox", { name: "Insert a template" }).click();
  await page.getByRole("option", { name: "Month" }).click();
  const version = editing.getByRole("textbox", { name: "Version of Month" });
  await expect(version).toHaveValue("2");
  await editing.getByRole("button", { name: "Save as version 2" }).click();
  await expect(editing.getByRole("alert").filter({ hasText: "in a circle" }).first()).toBeVisible();
});

test("a template is shared with people and roles", async ({ page, server }) => {
  const id = await written(page, server.url, "Review");
  await page.goto(`${server.url}/templates/${id}`);
  await expect(page.getByText("everybody may use it")).toBeVisible();
  await page.getByRole("button", { name: "Share…" }).click();
  const dialog = page.getByRole("dialog", { name: "Share “Review”" });
  await dialog.getByRole("button", { name: "Remove line 1" }).click();
  await dialog.getByRole("button", { name: "Add somebody" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Name the person")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Person, line 1" }).fill("kim");
  await dialog.getByRole("combobox", { name: "Right, line 1" }).click();
  await page.getByRole("option", { name: "May edit it" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("kim may edit it")).toBeVisible();
});
