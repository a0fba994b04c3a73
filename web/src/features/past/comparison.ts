/** What a comparison shows, row by row; pure. The server says what differs, this says what is told of it. */
import type { Effect, PlanDiff, StepDifference, StepOutcomes, StepStatus } from "@/api/types";
import { differenceLine } from "@/design/difference-words";
import { count } from "@/design/impact-words";

/** A step on one side. */
export type Side = { place: number; title: string; status: StepStatus | undefined };

export type Row = {
  id: string;
  change: StepDifference["change"];
  step: StepDifference;
  before: Side | undefined;
  after: Side | undefined;
  done: Effect[];
  takenBack: Effect[];
  onlyBefore: Effect[];
  /** The two have other ids, and are the same by what they do and are called. */
  byTitle: boolean;
  /** Anything at all differs. */
  differs: boolean;
};

export function rowsOf(diff: PlanDiff): Row[] {
  const outcomes = new Map(diff.steps.map((step) => [step.id, step]));
  return diff.difference.steps.map((step) => rowOf(step, outcomes.get(step.id)));
}

function rowOf(step: StepDifference, outcome: StepOutcomes | undefined): Row {
  const [before, after] = [outcome?.before ?? undefined, outcome?.after ?? undefined];
  const title = step.fields.find(({ pointer }) => pointer === "/title")?.before;
  const [done, takenBack] = [outcome?.done ?? [], outcome?.taken_back ?? []];
  const onlyBefore = outcome?.only_before ?? [];
  const effects = done.length + takenBack.length + onlyBefore.length;
  return {
    id: step.id,
    change: step.change,
    step,
    before: side(step.before, typeof title === "string" ? title : step.title, before),
    after: side(step.after, step.title, after),
    done,
    takenBack,
    onlyBefore,
    byTitle: outcome?.matched === "title",
    differs: step.change !== "kept" || before !== after || effects > 0,
  };
}

function side(place: number | null | undefined, title: string, status: StepStatus | undefined): Side | undefined {
  return place === null || place === undefined ? undefined : { place, title, status };
}

/** The whole comparison in short sentences, the most telling first. */
export function summaryOf(diff: PlanDiff, rows: Row[]): string[] {
  const content = differenceLine(diff.difference);
  const moved = rows.filter(({ before, after }) => before && after && before.status !== after.status).length;
  const effects = (of: (row: Row) => Effect[]) => rows.reduce((sum, row) => sum + of(row).length, 0);
  const [done, back, gone] = [
    effects((row) => row.done),
    effects((row) => row.takenBack),
    effects((row) => row.onlyBefore),
  ];
  const said = [
    content === "Nothing differs" ? "The content is the same" : content,
    moved > 0 ? `${count(moved, "step has", "steps have")} another status` : "",
    done > 0 ? `${count(done, "thing", "things")} done` : "",
    back > 0 ? `${count(back, "thing", "things")} taken back` : "",
    gone > 0 && diff.with === undefined ? `${count(gone, "thing", "things")} not done then` : "",
  ];
  return said.filter((text) => text !== "");
}
