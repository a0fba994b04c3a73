import { expect, it } from "vitest";
import { sentence } from "./sentence";

it("the server's words become a sentence", () => {
  expect(sentence("`title` must not be empty")).toBe("“title” must not be empty.");
  expect(sentence("a plan needs steps")).toBe("A plan needs steps.");
  expect(sentence("Is it done?")).toBe("Is it done?");
});
