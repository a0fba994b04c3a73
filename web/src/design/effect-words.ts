import type { Effect } from "@/api/types";
import { words } from "./entity-words";

/** What an effect did, before the name of the thing it did it to. */
export function effectWords(effect: Effect): string {
  switch (effect.kind) {
    case "entity_created":
      return "Created";
    case "entity_changed":
      return "Changed";
    case "entity_archived":
      return "Archived";
    case "entity_linked":
      return effect.link ? `Linked (${effect.link})` : "Linked";
    case "entity_restored":
      return "Restored";
    case "entity_unlinked":
      return "Unlinked";
    case "entity_withdrawn":
      return "Took back";
    case "outside_call":
      return `Called ${effect.method ?? ""} ${effect.url ?? ""}${effect.status ? `, answered ${effect.status}` : ""}`;
    case "person_did":
      return effect.note ? `Done by a person: ${effect.note}` : "Done by a person";
    default:
      // The kinds are open: a newer server may know more.
      return words(effect.kind);
  }
}
