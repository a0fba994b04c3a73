import type { ActionType, Step } from "@/api/types";
import { givenKinds, type SourceStep } from "./sources";

/** The steps of a plan as what references can point at, numbered by their place; `usable` says which. */
export function sourceSteps(
  steps: Pick<Step, "id" | "title" | "action_type">[],
  actions: ActionType[],
  usable: (id: string) => boolean,
): SourceStep[] {
  const schemas = new Map(actions.map((action) => [action.name, action.result_schema]));
  return steps.flatMap(({ id, title, action_type }, index) =>
    usable(id) ? [{ id, number: index + 1, title, gives: givenKinds(schemas.get(action_type)) }] : [],
  );
}
