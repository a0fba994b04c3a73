import { expect, it } from "vitest";
import { Intent } from "./intent";

it("the same body keeps its key until it is answered", () => {
  const intent = new Intent();
  const first = intent.keyFor({ request: "a" });
  expect(intent.keyFor({ request: "a" })).toBe(first);
  expect(intent.keyFor({ request: "b" })).not.toBe(first);

  const second = intent.keyFor({ request: "b" });
  intent.answered();
  expect(intent.keyFor({ request: "b" })).not.toBe(second);
});
