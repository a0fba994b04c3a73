import type { LiveDraft, Plan, PlannerChoice } from "@/api/types";
import { assertNever } from "./assert-never";
import { count } from "./impact-words";
import { duration } from "./time";

/** What a planner is called. */
export function plannerName(name: PlannerChoice | string): string {
  switch (name) {
    case "auto":
      return "Automatic";
    case "offline":
      return "Offline planner";
    case "anthropic":
      return "Anthropic";
    case "openai":
      return "OpenAI";
    default:
      return name;
  }
}

/** How a draft in the making comes along. */
export function draftWords({ stage, model, round, steps }: LiveDraft): string {
  const far = steps.length === 0 ? "" : `, ${count(steps.length, "step", "steps")} so far`;
  switch (stage) {
    case "writing":
      return round === 1
        ? `${model} is writing${far}`
        : `The last answer did not pass the check, so ${model} writes it again${far}`;
    case "checking":
      return `${count(steps.length, "step is", "steps are")} checked as a whole`;
    case "taking_over":
      return "The model has no answer that can be used, so the offline planner reads the request";
    case "ended":
      return "";
    default:
      return assertNever(stage);
  }
}

/** "$0.0123": enough digits for what a request costs. */
export function dollars(amount: number): string {
  if (amount === 0) {
    return "$0";
  }
  return amount >= 1 ? `$${amount.toFixed(2)}` : `$${amount.toPrecision(2)}`;
}

/** What a draft came from and took, a pair each: only what is known. */
export function originFacts({ origin }: Pick<Plan, "origin">): [string, string][] {
  const facts: [string, string | null | undefined][] = [
    ["Drafted by", origin.planner && origin.planner !== "person" ? plannerName(origin.planner) : undefined],
    ["Model", origin.model],
    ["Prompt", origin.prompt_version],
    ["Tokens", origin.tokens?.toLocaleString("en")],
    ["Cost", origin.cost === null || origin.cost === undefined ? undefined : dollars(origin.cost)],
    ["Took", origin.duration_ms === null || origin.duration_ms === undefined ? undefined : took(origin.duration_ms)],
  ];
  return facts.filter((fact): fact is [string, string] => typeof fact[1] === "string" && fact[1] !== "");
}

/** What asking models took over all drafts: "3 times, 15,930 tokens, $0.096". Nothing when the draft says it all. */
export function effortWords({ origin, effort }: Pick<Plan, "origin" | "effort">): string | undefined {
  if (effort.askings === 0 || (effort.askings === 1 && effort.tokens === origin.tokens)) {
    return undefined;
  }
  const times = effort.askings === 1 ? "once" : `${effort.askings} times`;
  const cost = effort.cost === null || effort.cost === undefined ? [] : [dollars(effort.cost)];
  return [times, `${effort.tokens.toLocaleString("en")} tokens`, ...cost].join(", ");
}

function took(ms: number): string {
  return ms < 1000 ? `${ms} ms` : duration(ms);
}
