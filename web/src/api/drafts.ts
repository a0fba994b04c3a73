import type { LiveDraft } from "./types";

/** Drafts that models are writing, by plan. None of it is in the log. */
export type DraftsInTheMaking = ReadonlyMap<string, LiveDraft>;

/** Adds what is new: steps from `first` on; a draft that ended is forgotten. */
export function withNews(drafts: DraftsInTheMaking, news: LiveDraft): DraftsInTheMaking {
  const next = new Map(drafts);
  if (news.stage === "ended") {
    next.delete(news.plan_id);
    return next;
  }
  const known = drafts.get(news.plan_id)?.steps ?? [];
  next.set(news.plan_id, { ...news, first: 0, steps: [...known.slice(0, news.first), ...news.steps] });
  return next;
}

/** Reads a message's data; anything that tells of no draft is `undefined`. */
export function parseDraft(data: string): LiveDraft | undefined {
  try {
    const parsed: unknown = JSON.parse(data);
    const isDraft = typeof parsed === "object" && parsed !== null && "plan_id" in parsed && "stage" in parsed;
    return isDraft ? (parsed as LiveDraft) : undefined;
  } catch {
    return undefined;
  }
}
