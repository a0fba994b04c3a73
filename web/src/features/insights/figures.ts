import type { DraftFigures } from "@/api/types";
import { words } from "@/design/entity-words";

/** The parts that decided drafts fall into, with their share of them; nothing while none is decided. */
export function verdictParts(figures: DraftFigures): { name: string; count: number; share: number; tone: string }[] {
  const { unchanged, edited, rejected } = figures;
  const decided = unchanged + edited + rejected;
  const parts = [
    { name: "approved unchanged", count: unchanged, tone: "done" },
    { name: "approved after edits", count: edited, tone: "active" },
    { name: "rejected", count: rejected, tone: "fail" },
  ];
  return decided === 0 ? [] : parts.map((part) => ({ ...part, share: part.count / decided }));
}

/** "75 %", or a dash while there is nothing to divide. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${Math.round(share * 100)} %`;
}

/** A mean with one digit behind the point. */
export function mean(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(1);
}

/** Who made the drafts, for people. */
export function plannerName(planner: string): string {
  switch (planner) {
    case "":
      return "No draft";
    case "person":
      return "By hand";
    case "openai":
      return "OpenAI";
    default:
      return words(planner);
  }
}

/** What plans are mostly about, for people. */
export function kindName(kind: string): string {
  return kind === "" ? "–" : kind === "http" ? "HTTP requests" : words(kind);
}

/** The moment from which plans count. */
export function sinceDays(days: number | undefined, now: Date): string | undefined {
  if (days === undefined) {
    return undefined;
  }
  // to the hour, so that the same question has the same name for a while
  const hour = Math.floor(now.getTime() / 3_600_000) * 3_600_000;
  return new Date(hour - days * 86_400_000).toISOString();
}
