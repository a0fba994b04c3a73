import { Button } from "@mantine/core";
import { useState } from "react";
import { useAnswerQuestions, useKeepDraft } from "@/api/plans";
import type { Plan } from "@/api/types";
import { announce } from "@/design/announcer";
import { count } from "@/design/impact-words";
import { ProblemNote } from "@/design/problem-note";
import { QuestionField } from "./question-field";
import css from "./question-form.module.css";
import { answersFrom, type Filled, openCount } from "./questions";

/** What the planner asks, as a small form; the answers lead to the draft. */
export function QuestionForm({ plan }: { plan: Plan }) {
  const [filled, setFilled] = useState<Filled>({});
  const answer = useAnswerQuestions(plan.id);
  const keep = useKeepDraft(plan.id);
  const { questions } = plan;
  const open = openCount(questions, filled);
  const send = () => {
    if (open < questions.length) {
      answer.mutate(answersFrom(questions, filled), { onSuccess: () => announce("Answered; the planner goes on") });
    }
  };

  return (
    <form
      className={css.form}
      aria-label="Questions"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          send();
        }
      }}
    >
      {questions.map((question, index) => (
        <QuestionField
          key={question.id}
          question={question}
          first={index === 0}
          value={filled[question.id] ?? ""}
          onChange={(value) => setFilled((before) => ({ ...before, [question.id]: value }))}
        />
      ))}
      <ProblemNote problem={answer.error ?? keep.error} doing={answer.error ? "answer" : "keep the draft"} />
      <div className={css.foot}>
        <Button type="submit" loading={answer.isPending} disabled={open === questions.length}>
          {questions.length === 1 ? "Answer" : "Send the answers"}
        </Button>
        {plan.revising && (
          <Button variant="default" loading={keep.isPending} onClick={() => keep.mutate()}>
            Keep the draft as it is
          </Button>
        )}
        <span className="quiet">
          {open > 0 && open < questions.length
            ? `${count(open, "question", "questions")} left open: the planner assumes something or asks again`
            : "Ctrl Enter sends"}
        </span>
      </div>
    </form>
  );
}
