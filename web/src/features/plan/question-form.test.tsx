import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { aPlan } from "@/testing/plan";
import { answering, show } from "@/testing/render";
import { QuestionForm } from "./question-form";

const accepted = { plan_id: "pln_1", status: "drafting", revision: 4, position: 10 };
const questions = [
  { id: "who", text: "Who is meant by Tom?", kind: "choice" as const, choices: ["Tom Hale", "Tom Ruiz"] },
  { id: "day", text: "Which day?", kind: "date" as const, choices: [] },
];

it("questions are a form: choices are chosen, days are picked, answers are sent by id", async () => {
  const sent = answering({ "/api/v1/plans/pln_1/answer": accepted });
  show(<QuestionForm plan={aPlan([], { status: "needs_answer", questions })} />);
  const send = screen.getByRole("button", { name: "Send the answers" });
  expect(send).toBeDisabled();
  await userEvent.click(screen.getByRole("radio", { name: "Tom Ruiz" }));
  await userEvent.type(screen.getByLabelText("Which day?"), "2026-11-27");
  await userEvent.click(send);
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toEqual({ answers: { who: "Tom Ruiz", day: "2026-11-27" } });
});

it("something else can be said in words", async () => {
  const sent = answering({ "/api/v1/plans/pln_1/answer": accepted });
  show(<QuestionForm plan={aPlan([], { status: "needs_answer", questions: questions.slice(0, 1) })} />);
  await userEvent.click(screen.getByRole("radio", { name: "Something else" }));
  await userEvent.type(screen.getByRole("textbox", { name: "In your words" }), "Tomas Berg");
  await userEvent.click(screen.getByRole("button", { name: "Answer" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toEqual({ answers: { who: "Tomas Berg" } });
});
