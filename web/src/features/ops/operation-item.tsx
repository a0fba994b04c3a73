import { Button } from "@mantine/core";
import { useCancelOperation } from "@/api/ops";
import type { Operation } from "@/api/types";
import { Elapsed, Moment } from "@/design/moment";
import { ProblemNote } from "@/design/problem-note";
import { StatusGlyph } from "@/design/status-mark";
import { duration } from "@/design/time";
import { DifferenceTable } from "./difference-table";
import css from "./operation-item.module.css";
import { ProgressLine } from "./progress-line";
import { ReplayedTables } from "./replayed-tables";
import { count, operationLook, operationPlace, operationTitle } from "./words";

/** Long work: how far it is, or what came of it. */
export function OperationItem({ operation }: { operation: Operation }) {
  const cancel = useCancelOperation();
  const look = operationLook(operation);
  const title = operationTitle(operation);
  const place = operationPlace(operation);
  return (
    <li className={css.item} aria-label={title}>
      <div className={css.head}>
        <span className={css.state} data-tone={look.tone}>
          <StatusGlyph look={look} />
          <span className="visually-hidden">{look.word}: </span>
        </span>
        <h3 className={css.title}>{title}</h3>
        <span className={css.when}>
          <Moment at={operation.started_at} />, <Elapsed from={operation.started_at} to={operation.ended_at} />
          {place && `, ${place}`}
        </span>
        {operation.can_cancel && (
          <Button
            size="compact-sm"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate(operation.id)}
          >
            Cancel
          </Button>
        )}
      </div>
      {operation.state === "running" && operation.progress && (
        <ProgressLine progress={operation.progress} label={title} />
      )}
      {operation.cancelling && <p className="quiet">Somebody cancelled it: it ends in a moment.</p>}
      <ProblemNote problem={cancel.error} doing="cancel it" />
      <Result operation={operation} />
      {operation.rows_left_out && operation.ended_at && (
        <p className="quiet">Rows are left out, since somebody was forgotten.</p>
      )}
    </li>
  );
}

function Result({ operation }: { operation: Operation }) {
  const { rebuilt, verified, replayed, error } = operation;
  if (error) {
    return <p className={css.error}>{error}</p>;
  }
  if (operation.state === "cancelled") {
    return <p className="quiet">It was cancelled; what people see is as it was.</p>;
  }
  if (rebuilt) {
    return (
      <p className={css.result}>
        Build {rebuilt.generation} answers now: {count(rebuilt.events)} events in {duration(rebuilt.seconds * 1000)}
        {rebuilt.parked > 0 && `, ${count(rebuilt.parked)} parked`}.
      </p>
    );
  }
  if (verified) {
    return (
      <>
        <p className={css.result} data-tone={verified.equal ? "done" : "fail"}>
          {verified.equal
            ? `Equal to the log at position ${count(verified.position)}: ${count(verified.rows)} compared, none differs.`
            : `Not equal to the log at position ${count(verified.position)}: ${count(verified.different)} of ${count(verified.rows)} rows differ. Rebuild it.`}
        </p>
        <DifferenceTable differences={verified.differences} all={verified.different} live="Read model" log="Log" />
      </>
    );
  }
  if (replayed) {
    return <ReplayedTables replayed={replayed} />;
  }
  return null;
}
