import type { Operation, ParkedEvent, ProjectionState, RebuildProgress } from "@/api/types";
import { assertNever } from "@/design/assert-never";
import type { StatusLook } from "@/design/status";
import { duration } from "@/design/time";

/** How a read model's state looks: shape, word, colour last. */
export function stateLook(state: ProjectionState): StatusLook {
  switch (state) {
    case "live":
      return { word: "Live", shape: "check", tone: "done" };
    case "catching_up":
      return { word: "Catching up", shape: "half", tone: "active" };
    case "rebuilding":
      return { word: "Rebuilding", shape: "half", tone: "active" };
    case "paused":
      return { word: "Paused", shape: "pause", tone: "warn" };
    case "stopped":
      return { word: "Stopped", shape: "dash", tone: "neutral" };
    case "faulted":
      return { word: "Faulted", shape: "cross", tone: "fail" };
    default:
      return assertNever(state);
  }
}

/** How long work stands, or how it ended. */
export function operationLook({ state }: Operation): StatusLook {
  switch (state) {
    case "running":
      return { word: "Under way", shape: "half", tone: "active" };
    case "done":
      return { word: "Done", shape: "check", tone: "done" };
    case "failed":
      return { word: "Failed", shape: "cross", tone: "fail" };
    case "cancelled":
      return { word: "Cancelled", shape: "dash", tone: "neutral" };
    default:
      return assertNever(state);
  }
}

/** What is done, as a title: "Rebuild of plan_list". */
export function operationTitle({ kind, projection }: Operation): string {
  switch (kind) {
    case "rebuild":
      return `Rebuild of ${projection}`;
    case "verify":
      return `Comparison of ${projection} with the log`;
    case "replay":
      return `Replay of ${projection}`;
    default:
      return assertNever(kind);
  }
}

/** Where it is carried out, where several servers share the read models: "on web-1, process 7". */
export function operationPlace({ node }: Pick<Operation, "node">): string | undefined {
  return node ? `on ${node}` : undefined;
}

/** The share that is done, from 0 to 1; none when the total is not known. */
export function share({ events, total }: RebuildProgress): number | undefined {
  return total > 0 ? Math.min(1, events / total) : undefined;
}

/** How far it is, in words: "12,000 of 40,000 events, 9,500 a second, 3 s left". */
export function progressWords(progress: RebuildProgress): string {
  const { phase, events, total, rate, eta_seconds } = progress;
  if (phase === "taking_over") {
    return "The new build takes over";
  }
  const what = phase === "comparing" ? "rows compared" : "events";
  const parts = [
    total > 0 ? `${count(events)} of ${count(total)} ${what}` : `${count(events)} ${what}`,
    `${count(Math.round(rate))} a second`,
  ];
  if (eta_seconds !== null && eta_seconds !== undefined && events < total) {
    parts.push(`${duration(eta_seconds * 1000)} left`);
  }
  return parts.join(", ");
}

/** How far a model is behind: "0", or "1,200 events, 4.0 s". */
export function lagWords(events: number, seconds: number): string {
  return events === 0 ? "none" : `${count(events)} ${events === 1 ? "event" : "events"}, ${duration(seconds * 1000)}`;
}

/** A number with separators. */
export function count(number: number): string {
  return number.toLocaleString("en-GB");
}

/** Why an event is parked, in words that say what to do. */
export function kindWords(kind: string): string {
  switch (kind) {
    case "unknown_type":
      return "Unknown type: a newer server may have written it";
    case "newer_version":
      return "Newer version: run a newer server";
    case "broken_json":
      return "Broken data: it is no JSON";
    case "missing_field":
      return "Broken data: a field is missing";
    case "malformed":
      return "Broken data: a field has the wrong shape";
    case "unknown_category":
      return "Unknown kind of stream";
    case "behind_parked":
      return "Waits behind a parked event";
    default:
      return "Cannot be applied";
  }
}

/** One event that waits, with the models that parked it and how many events wait behind it. */
export type ParkedGroup = { event: ParkedEvent; models: string[]; behind: number };

/** Groups what is parked by event; what only waits behind another one is counted there. */
export function groupParked(items: ParkedEvent[]): ParkedGroup[] {
  const groups = new Map<number, ParkedGroup & { waiting: Set<number> }>();
  for (const event of items.filter((item) => item.behind === null || item.behind === undefined)) {
    const group = groups.get(event.position) ?? { event, models: [], behind: 0, waiting: new Set<number>() };
    group.models.push(event.projection);
    groups.set(event.position, group);
  }
  for (const event of items) {
    if (event.behind !== null && event.behind !== undefined) {
      groups.get(event.behind)?.waiting.add(event.position);
    }
  }
  const sorted = [...groups.values()].sort((one, other) => one.event.position - other.event.position);
  return sorted.map(({ event, models, waiting }) => ({ event, models, behind: waiting.size }));
}

/** Data for reading: indented when it is JSON, as it is when it is not. */
export function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
