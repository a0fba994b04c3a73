import { expect, test } from "vitest";
import { fileText } from "./file-text";

const bytes = (...parts: (string | number)[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === "number" ? [part] : [...new TextEncoder().encode(part)])));

test("a text is read as it is", () => {
  expect(fileText(bytes("name: Käse\n"))).toEqual({ text: "name: Käse\n" });
  expect(fileText(bytes())).toEqual({ text: "" });
});

test("what is no text is told by its line", () => {
  expect(fileText(bytes(0xff))).toEqual({ line: 1 });
  expect(fileText(bytes("a: 1\nb: ä\nc: ", 0xe9, "\n"))).toEqual({ line: 3 });
  expect(fileText(bytes("a\n", 0xc3))).toEqual({ line: 2 });
});
