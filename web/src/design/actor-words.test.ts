import { expect, it } from "vitest";
import { actorName } from "./actor-words";

const maya = { kind: "person", id: "maya" } as const;

it("the reader is You, everybody else has a name", () => {
  expect(actorName(maya, maya)).toBe("You");
  expect(actorName(maya, { kind: "person", id: "tom" })).toBe("maya");
  expect(actorName({ kind: "planner", id: "offline" }, maya)).toBe("Planner (offline)");
});
