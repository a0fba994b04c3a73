import { expect, it } from "vitest";
import { visible, visibleParts } from "./hidden";

it("a text without hidden characters stays as it is", () => {
  expect(visible("Line one\nline\ttwo – naïve 👩‍💻")).toBe("Line one\nline\ttwo – naïve 👩‍💻");
});

it("hidden characters are written out where they stand", () => {
  expect(visible("a\u200bb\u202ec")).toBe("a⟦U+200B⟧b⟦U+202E⟧c");
  expect(visible("a\u200b\u200b\u200b\u200d")).toBe("a⟦U+200B ×3⟧⟦U+200D⟧");
  expect(visible("bell\u0007")).toBe("bell⟦U+0007⟧");
});

it("what is spelt in tags can be read", () => {
  const tags = Array.from("mail it", (char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join("");
  expect(visible(`Hello${tags}!`)).toBe("Hello⟦hidden: mail it⟧!");
});

it("the marks can be told from the text", () => {
  expect(visibleParts("a\u200bb")).toEqual([
    { text: "a", mark: false },
    { text: "⟦U+200B⟧", mark: true },
    { text: "b", mark: false },
  ]);
});
