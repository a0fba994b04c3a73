import { expect, it } from "vitest";
import { obstacles, whatGoes } from "./forgetting";

const link = (from: string, kind: "message" | "note" | "task") => ({
  from,
  kind,
  title: "x",
  archived: false,
  link_id: null,
  relation: "about",
});

it("says plainly what is gone, counted", () => {
  const person = {
    fields: { name: "Ana", email: "a@b", organisation: "Orbit" },
    linked_from: [link("msg_1", "message"), link("msg_2", "message"), link("nte_1", "note"), link("tsk_1", "task")],
  };
  const lines = whatGoes(person);
  expect(lines.slice(0, 3)).toEqual([
    "the name, email and organisation",
    "what 2 messages to them say",
    "what 1 note about them says",
  ]);
  expect(whatGoes({ fields: { name: "Ana" } })[0]).toBe("the name");
});

it("the name and a reason are asked for", () => {
  expect(obstacles("Ana", { name: "", reason: " " })).toEqual(["Say why", "Type the name"]);
  expect(obstacles("Ana", { name: "Anna", reason: "asked" })).toEqual(["Type the name"]);
  expect(obstacles("Ana", { name: " Ana ", reason: "asked" })).toEqual([]);
});
