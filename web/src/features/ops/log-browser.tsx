import { Button, NumberInput, SegmentedControl, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type LogSearch, logQuery } from "@/api/ops";
import { assertNever } from "@/design/assert-never";
import { Empty } from "@/design/empty";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import css from "./log-browser.module.css";
import { LogItem } from "./log-item";

type By = "stream" | "type" | "correlation_id" | "position";

const ways: { value: By; label: string; hint: string }[] = [
  { value: "stream", label: "Stream", hint: "plan-pln_…" },
  { value: "type", label: "Type", hint: "PlanApproved,PlanRejected" },
  { value: "correlation_id", label: "Correlation", hint: "01999f3c-…" },
  { value: "position", label: "Position", hint: "from this place on" },
];

/** The log as it is stored, by stream, type, request or place; the latest first where no place is given. */
export function LogBrowser({ search }: { search: LogSearch }) {
  const { stream, type, correlation_id, position } = search;
  const wanted = { stream, type, correlation_id, position };
  const log = useInfiniteQuery(logQuery(wanted));
  const items = log.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={css.view}>
      {/* a link that leads here with another search fills the form anew */}
      <LogForm key={JSON.stringify(wanted)} search={wanted} />
      <ProblemNote problem={log.error} doing="read the log" />
      {log.isPending && <SkeletonRows what="events" />}
      {log.isSuccess && items.length === 0 && <Empty text="The log has no such event." />}
      {items.length > 0 && (
        <ol className={css.list} aria-label="Events">
          {items.map((event) => (
            <LogItem key={event.position} event={event} open={items.length === 1 || event.position === position} />
          ))}
        </ol>
      )}
      {log.hasNextPage && (
        <Button variant="default" loading={log.isFetchingNextPage} onClick={() => log.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}

function LogForm({ search }: { search: LogSearch }) {
  const navigate = useNavigate();
  const given = ways.find(({ value }) => search[value] !== undefined)?.value ?? "stream";
  const [by, setBy] = useState<By>(given);
  const [value, setValue] = useState<string | number>(search[given] ?? "");
  const way = ways.find((way) => way.value === by);
  const input = { "aria-label": way?.label, placeholder: way?.hint, className: css.value, value };
  const go = (more: LogSearch) => navigate({ to: "/ops", search: { view: "log", ...more } });
  return (
    <search>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          go(searchFor(by, String(value).trim()));
        }}
      >
        <SegmentedControl
          aria-label="Look by"
          data={ways}
          value={by}
          onChange={(next) => {
            setBy(next as By);
            setValue("");
          }}
        />
        {by === "position" ? (
          <NumberInput {...input} min={1} allowDecimal={false} hideControls onChange={setValue} />
        ) : (
          <TextInput {...input} onChange={(event) => setValue(event.target.value)} />
        )}
        <Button type="submit" variant="default">
          Look
        </Button>
        {ways.some(({ value }) => search[value] !== undefined) && (
          <Button variant="subtle" onClick={() => go({})}>
            Show the latest
          </Button>
        )}
      </form>
    </search>
  );
}

function searchFor(by: By, text: string): LogSearch {
  switch (by) {
    case "stream":
      return { stream: text || undefined };
    case "type":
      return { type: text || undefined };
    case "correlation_id":
      return { correlation_id: text || undefined };
    case "position":
      return { position: Number(text) || undefined };
    default:
      return assertNever(by);
  }
}
