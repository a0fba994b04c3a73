import { useDocumentTitle } from "@mantine/hooks";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useCreatePlan } from "@/api/plans";
import type { PlannerChoice } from "@/api/types";
import { announce } from "@/design/announcer";
import { ProblemNote } from "@/design/problem-note";
import css from "./compose-page.module.css";
import { today } from "./examples";
import { FirstRun } from "./first-run";
import { RecentRequests } from "./recent-requests";
import { RequestBox } from "./request-box";

/** Where a request is written and sent. */
export function ComposePage() {
  useDocumentTitle("Compose · Cairn");
  const search = useSearch({ from: "/" });
  const navigate = useNavigate();
  const create = useCreatePlan();
  const [request, setRequest] = useState(search.request ?? "");
  const [planner, setPlanner] = useState<PlannerChoice>("auto");

  const send = () => {
    if (request.trim() === "" || create.isPending) {
      return;
    }
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const plan = {
      request: request.trim(),
      selection: search.selection,
      planner,
      today: today(new Date()),
      timezone: timeZone,
    };
    create.mutate(plan, {
      onSuccess: ({ plan_id }) => {
        announce("The request was sent");
        if (plan_id) {
          void navigate({ to: "/plans/$planId", params: { planId: plan_id } });
        }
      },
    });
  };

  return (
    <div className={css.page}>
      <h1 className={css.question}>What should get done?</h1>
      <p className={css.lead}>
        Say it in your words. You get a plan of steps to change and approve; nothing happens before that.
      </p>
      <RequestBox
        value={request}
        onChange={setRequest}
        onSend={send}
        sending={create.isPending}
        selection={search.selection}
        onClearSelection={() => void navigate({ to: "/", search: {} })}
        planner={planner}
        onPlanner={setPlanner}
      />
      <p className="quiet">
        Or <Link to="/templates">start from a template</Link>.
      </p>
      <ProblemNote problem={create.error} doing="send the request" />
      <FirstRun />
      <RecentRequests />
    </div>
  );
}
