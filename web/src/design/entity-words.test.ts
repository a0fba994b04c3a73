import { expect, it } from "vitest";
import { entityTitle, plural, words } from "./entity-words";
import { shortId } from "./short-id";

it("a thing is called by its name, its title, or its short id", () => {
  expect(entityTitle({ id: "per_1", fields: { name: "Sarah" } })).toBe("Sarah");
  expect(entityTitle({ id: "nte_1", fields: { about: "per_1", text: "One\nTwo" } })).toBe("One");
  expect(entityTitle({ id: "lnk_0193a0-1234567890", fields: {} })).toBe("lnk_…567890");
});

it("names in code become words", () => {
  expect(words("due_date")).toBe("Due date");
  expect(words("PlanDrafted")).toBe("Plan drafted");
  expect(plural("person")).toBe("People");
  expect(plural("calendar_entry")).toBe("Calendar");
});

it("a short id stays whole", () => {
  expect(shortId("per_85acd5")).toBe("per_85acd5");
});
