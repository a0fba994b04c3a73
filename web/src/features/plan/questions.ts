import type { Fields, Question } from "@/api/types";

/** What was filled in, by the ids of the questions; texts as they stand in the fields. */
export type Filled = Record<string, string>;

/** More choices than this are searched rather than listed. */
const LISTED = 7;

export type AnswerField = "choices" | "search" | "people" | "date" | "number" | "yes_no" | "text";

/** How a question is answered on the page; a kind that is not known yet takes any words. */
export function answerField(question: Question): AnswerField {
  switch (question.kind) {
    case "date":
    case "number":
    case "yes_no":
      return question.kind;
    case "person":
      return question.choices.length > 0 ? listed(question) : "people";
    case "choice":
      return listed(question);
    default:
      return question.choices.length > 0 ? listed(question) : "text";
  }
}

function listed(question: Question): AnswerField {
  return question.choices.length > LISTED ? "search" : "choices";
}

/** The answers as the server takes them; what was left open is left out. */
export function answersFrom(questions: Question[], filled: Filled): Fields {
  const answers: Fields = {};
  for (const question of questions) {
    const text = filled[question.id]?.trim() ?? "";
    if (text !== "") {
      answers[question.id] = question.kind === "yes_no" ? text === "yes" : text;
    }
  }
  return answers;
}

/** How many questions have no answer yet. */
export function openCount(questions: Question[], filled: Filled): number {
  return questions.length - Object.keys(answersFrom(questions, filled)).length;
}
