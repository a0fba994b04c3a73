import type { FoundParameter, MarkedParameter, TemplateParameter, TemplateProposal } from "@/api/types";

/** What becomes of one proposal. */
export type Choice = { found: FoundParameter; ticked: boolean; parameter: TemplateParameter };

/** The proposals as they came: those that nearly always change are ticked. */
export function choicesOf(proposal: TemplateProposal): Choice[] {
  return proposal.parameters.map((found) => {
    const { name, type, label, help, required, default: standing, choices } = found;
    return {
      found,
      ticked: found.ticked,
      parameter: { name, type, label, help, required, default: standing, choices },
    };
  });
}

/** What is sent of a choice that is ticked. */
export function marked({ found, parameter }: Choice): MarkedParameter {
  return { ...parameter, value: found.value, places: found.places };
}

/** Why something is proposed, in words. */
export function whyWords({ why }: FoundParameter): string {
  switch (why) {
    case "date":
      return "all dates move along with this one";
    case "person":
      return "a person";
    case "thing":
      return "a thing of the workspace";
    case "name":
      return "the name of something new";
    case "repeated":
      return "stands in several places";
    case "number":
      return "a number";
    case "yes_no":
      return "yes or no";
    default:
      return why;
  }
}
