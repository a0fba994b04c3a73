import type { Actor } from "@/api/types";
import { assertNever } from "./assert-never";

/** Who it was, for people: "You" when it was the reader, whom `me` names. */
export function actorName(actor: Actor, me?: Actor): string {
  if (me !== undefined && actor.kind === me.kind && actor.id === me.id) {
    return "You";
  }
  switch (actor.kind) {
    case "person":
      return actor.id;
    case "machine_token":
      return `${actor.id} (token)`;
    case "planner":
      return `Planner (${actor.id})`;
    case "executor":
      return "Executor";
    case "system":
      return "System";
    default:
      return assertNever(actor.kind);
  }
}
