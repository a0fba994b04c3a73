import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { insightsQuery } from "@/api/insights";
import type { DraftFigures, Insights } from "@/api/types";
import { Empty } from "@/design/empty";
import { Page } from "@/design/page";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { FigureTable } from "./figure-table";
import { mean, percent, sinceDays, verdictParts } from "./figures";
import css from "./insights-page.module.css";

const spans = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "ever", label: "Ever" },
];

/** How good drafts are: what people make of them, how they rate them, and what goes wrong in runs. */
export function InsightsPage() {
  const [span, setSpan] = useState("30");
  const since = sinceDays(span === "ever" ? undefined : Number(span), new Date());
  const { data, error, isPending } = useQuery(insightsQuery(since));
  return (
    <Page
      title="Insights"
      lead="What people make of drafts, and what goes wrong in runs."
      actions={<SegmentedControl aria-label="Plans of the last" data={spans} value={span} onChange={setSpan} />}
    >
      <ProblemNote problem={error} doing="read the figures" />
      {isPending && <SkeletonRows what="the figures" rows={8} />}
      {data && (data.total.plans === 0 ? <Empty text="No plan was made in this time." /> : <Figures data={data} />)}
    </Page>
  );
}

function Figures({ data }: { data: Insights }) {
  const { total } = data;
  return (
    <div className={css.sections}>
      <dl className={css.facts}>
        <Fact name="Plans" value={String(total.plans)} more={`${total.open} not decided yet`} />
        <Fact name="Drafts accepted" value={percent(total.acceptance)} more={`${total.unchanged} unchanged`} />
        <Fact name="Rating" value={mean(total.mean_rating)} more={`of 5, from ${total.rated} rated`} />
        <Fact name="Steps per plan" value={mean(total.mean_steps)} more={`${total.asked} questions asked`} />
      </dl>
      <Verdicts figures={total} />
      <section aria-labelledby="planners">
        <h2 id="planners">By planner</h2>
        <FigureTable lines={data.planners} />
      </section>
      <section aria-labelledby="kinds">
        <h2 id="kinds">By kind of plan</h2>
        <FigureTable lines={data.kinds} kinds />
      </section>
      <section aria-labelledby="failures">
        <h2 id="failures">What failed</h2>
        {data.failures.length === 0 ? (
          <p className="quiet">Nothing failed in this time.</p>
        ) : (
          <ol className={css.failures}>
            {data.failures.map(({ code, count }) => (
              <li key={code}>
                <code>{code}</code>
                <span className={css.count}>{count}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function Fact({ name, value, more }: { name: string; value: string; more: string }) {
  return (
    <div className={css.fact}>
      <dt>{name}</dt>
      <dd>
        <span className={css.value}>{value}</span> <span className="quiet">{more}</span>
      </dd>
    </div>
  );
}

function Verdicts({ figures }: { figures: DraftFigures }) {
  const parts = verdictParts(figures);
  if (parts.length === 0) {
    return <p className="quiet">No draft has been approved or rejected yet.</p>;
  }
  return (
    <section aria-label="What became of drafts">
      <div className={css.bar} aria-hidden="true">
        {parts
          .filter(({ count }) => count > 0)
          .map(({ name, share, tone }) => (
            <span key={name} data-tone={tone} style={{ flexGrow: share }} />
          ))}
      </div>
      <ul className={css.legend}>
        {parts.map(({ name, count, share, tone }) => (
          <li key={name} data-tone={tone}>
            {count} {name} ({percent(share)})
          </li>
        ))}
      </ul>
    </section>
  );
}
