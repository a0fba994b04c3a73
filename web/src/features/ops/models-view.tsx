import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { operationsQuery, projectionsQuery } from "@/api/ops";
import type { ProjectionStatus } from "@/api/types";
import { actorName } from "@/design/actor-words";
import { Moment } from "@/design/moment";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { StatusGlyph } from "@/design/status-mark";
import { duration } from "@/design/time";
import { ModelMenu } from "./model-menu";
import css from "./models-view.module.css";
import { OperationItem } from "./operation-item";
import { ProgressLine } from "./progress-line";
import { count, lagWords, stateLook } from "./words";

/** All read models: what each is doing, how far it is, what can be done with it; and the work that was started. */
export function ModelsView() {
  const models = useQuery(projectionsQuery);
  const operations = useQuery(operationsQuery);
  const [problem, setProblem] = useState<unknown>();
  return (
    <div className={css.view}>
      <ProblemNote problem={models.error} doing="read how the read models are" />
      <ProblemNote problem={problem} doing="do that" />
      {models.isPending && <SkeletonRows what="the read models" rows={7} />}
      {models.data && (
        <section className={css.models} aria-label="Read models">
          <ul>
            {models.data.items.map((model) => (
              <ModelItem key={model.name} model={model} onProblem={setProblem} />
            ))}
          </ul>
          <p className="quiet">The log ends at position {count(models.data.items[0]?.head ?? 0)}.</p>
        </section>
      )}
      {operations.data && operations.data.items.length > 0 && (
        <section aria-labelledby="work">
          <h2 id="work">Rebuilds, comparisons and replays</h2>
          <ol className={css.operations}>
            {operations.data.items.map((operation) => (
              <OperationItem key={operation.id} operation={operation} />
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

type ItemProps = { model: ProjectionStatus; onProblem: (problem: unknown) => void };

function ModelItem({ model, onProblem }: ItemProps) {
  const look = stateLook(model.state);
  const { paused, rebuild } = model;
  return (
    <li className={css.model} aria-label={model.name}>
      <h3 className={css.name}>{model.name}</h3>
      <span className={css.state} data-tone={look.tone}>
        <StatusGlyph look={look} />
        {look.word}
      </span>
      <dl className={css.figures}>
        <Figure name="Position" value={count(model.position)} />
        <Figure name="Lag" value={lagWords(model.lag_events, model.lag_seconds)} />
        <Figure name="Rate" value={`${count(Math.round(model.rate))}/s`} />
        {model.eta_seconds != null && <Figure name="Caught up in" value={duration(model.eta_seconds * 1000)} />}
        <Figure name="Parked" value={count(model.parked)} loud={model.parked > 0} />
        {model.skipped > 0 && <Figure name="Skipped" value={count(model.skipped)} />}
        <Figure name="Build" value={`${model.generation}, version ${model.version}`} />
      </dl>
      <ModelMenu model={model} onProblem={onProblem} />
      {rebuild && <ProgressLine progress={rebuild} label={`Work on ${model.name}`} />}
      {paused && (
        <p className={css.note}>
          Paused by {actorName(paused.actor)}, <Moment at={paused.at} />
          {paused.note && `: ${paused.note}`}
        </p>
      )}
      {model.last_error && <p className={css.error}>Last error: {model.last_error}</p>}
    </li>
  );
}

function Figure({ name, value, loud = false }: { name: string; value: string; loud?: boolean }) {
  return (
    <div data-loud={loud || undefined}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
