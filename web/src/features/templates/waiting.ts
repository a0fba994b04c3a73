import type { Fields, TemplateContent } from "@/api/types";
import type { Waiting } from "@/design/dependency-picker";

/** The steps and the sub-plans of a template, as what can wait for each other. */
export function waitingIn({ steps, includes }: TemplateContent): Waiting[] {
  const ofSteps = steps.map(({ id, title, params, depends_on }) => ({
    id,
    title,
    params: params as Fields,
    depends_on,
  }));
  const ofIncludes = includes.map(({ id, arguments: given, depends_on }) => ({
    id,
    title: `Sub-plan ${id}`,
    params: given ?? {},
    depends_on: depends_on ?? [],
  }));
  return [...ofSteps, ...ofIncludes];
}
