import { Checkbox, Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AsOf } from "@/api/as-of";
import { planDiffQuery } from "@/api/past";
import { planQuery, plansQuery } from "@/api/plans";
import type { Plan, PlanDiff } from "@/api/types";
import { useNames } from "@/api/use-names";
import { FieldChanges } from "@/design/difference-list";
import { Empty } from "@/design/empty";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { PlanStatusMark } from "@/design/status-mark";
import { Visible } from "@/design/visible";
import css from "./compare-view.module.css";
import { rowsOf, summaryOf } from "./comparison";
import { ComparisonTable } from "./comparison-table";

type Props = {
  /** The plan as it is shown: at `asOf`, or now. */
  plan: Plan;
  asOf: AsOf | undefined;
  /** Another plan that it is compared with. */
  other: string | undefined;
  onOther: (plan: string | undefined) => void;
};

/** A plan beside itself as it is now, or beside another plan, step by step. */
export function CompareView({ plan, asOf, other, onOther }: Props) {
  const wanted = asOf !== undefined || other !== undefined;
  const diff = useQuery({
    ...planDiffQuery(plan.id, { from: asOf, other }),
    enabled: wanted,
    placeholderData: (before) => (before?.with === other ? before : undefined),
  });
  return (
    <div className={css.view}>
      <OtherPlan plan={plan} other={other} onOther={onOther} />
      {!wanted && (
        <Empty text="Move the time line back to see then and now side by side, or choose another plan to compare with." />
      )}
      <ProblemNote problem={wanted && diff.error} doing="compare" />
      {wanted && diff.isPending && <SkeletonRows what="the comparison" rows={8} />}
      {wanted && diff.data && <Compared plan={plan} past={asOf !== undefined} diff={diff.data} />}
    </div>
  );
}

function OtherPlan({ plan, other, onOther }: Pick<Props, "plan" | "other" | "onOther">) {
  const [typed, setTyped] = useState("");
  const found = useInfiniteQuery(plansQuery(typed ? { q: typed } : {})).data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = useQuery({ ...planQuery(other ?? ""), enabled: other !== undefined }).data;
  const choices = found.filter(({ id }) => id !== plan.id).map(({ id, name, request }) => ({ id, name, request }));
  const all = chosen && !choices.some(({ id }) => id === chosen.id) ? [chosen, ...choices] : choices;
  return (
    <Select
      className={css.other}
      label="Compare with another plan"
      placeholder="The same plan, as it is now"
      searchable
      clearable
      nothingFoundMessage="No other plan has these words"
      filter={({ options }) => options}
      data={all.map(({ id, name, request }) => ({ value: id, label: name || request || "Unnamed plan" }))}
      value={other ?? null}
      onSearchChange={setTyped}
      onChange={(id) => onOther(id ?? undefined)}
    />
  );
}

function Compared({ plan, past, diff }: { plan: Plan; past: boolean; diff: PlanDiff }) {
  const names = useNames(plan.steps, diff);
  const other = useQuery({ ...planQuery(diff.with ?? ""), enabled: diff.with !== undefined }).data;
  const [all, setAll] = useState(false);
  const rows = rowsOf(diff);
  const differing = rows.filter(({ differs }) => differs);
  const shown = all ? rows : differing;
  const left = past ? "Then" : "This plan";
  const right = diff.with === undefined ? "Now" : other?.name || "The other plan";
  return (
    <>
      <div className={css.head}>
        <ul className={css.summary} aria-label="In short">
          {summaryOf(diff, rows).map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        {rows.length > differing.length && (
          <Checkbox
            label={`Steps that are the same too (${rows.length - differing.length})`}
            checked={all}
            onChange={(event) => setAll(event.target.checked)}
          />
        )}
      </div>
      <div className={css.sides}>
        <p>
          <strong>
            <Visible text={left} />
          </strong>{" "}
          <PlanStatusMark status={diff.status.before} /> <span className="quiet">revision {diff.from}</span>
        </p>
        <p>
          <strong>
            <Visible text={right} />
          </strong>{" "}
          <PlanStatusMark status={diff.status.after} /> <span className="quiet">revision {diff.to}</span>
        </p>
      </div>
      {diff.difference.details.length > 0 && (
        <section className={css.details} aria-label="The plan itself">
          <FieldChanges fields={diff.difference.details} names={names} />
        </section>
      )}
      {shown.length === 0 ? (
        <Empty text={rows.length === 0 ? "Neither has steps." : "Every step is the same, and stands where it stood."} />
      ) : (
        <ComparisonTable rows={shown} left={left} right={right} names={names} />
      )}
    </>
  );
}
