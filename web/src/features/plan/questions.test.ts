import { expect, it } from "vitest";
import type { Question } from "@/api/types";
import { answerField, answersFrom, openCount } from "./questions";

const question = (id: string, kind: Question["kind"], choices: string[] = []): Question => ({
  id,
  text: `${id}?`,
  kind,
  choices,
});

it("a question is answered as its kind asks", () => {
  expect(answerField(question("who", "choice", ["Tom Hale", "Tom Ruiz"]))).toBe("choices");
  expect(answerField(question("which", "choice", Array.from({ length: 8 }, String)))).toBe("search");
  expect(answerField(question("who", "person"))).toBe("people");
  expect(answerField(question("when", "date"))).toBe("date");
  expect(answerField(question("what", "text"))).toBe("text");
  expect(answerField(question("new", "colour" as Question["kind"]))).toBe("text");
});

it("answers are sent by the ids of their questions; what is open is left out", () => {
  const questions = [question("who", "person"), question("when", "date"), question("sure", "yes_no")];
  const filled = { who: " Tom ", when: "", sure: "no" };
  expect(answersFrom(questions, filled)).toEqual({ who: "Tom", sure: false });
  expect(openCount(questions, filled)).toBe(1);
});
