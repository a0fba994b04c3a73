import type { Fields, TemplateParameter } from "@/api/types";
import { firstValues, type Values } from "./arguments";
import { readDueDay, writeDueDay } from "./due-day";

/** What the form of a schedule begins with: what was given the last time, and days counted from the day it is due. */
export function firstScheduled(parameters: TemplateParameter[], last: Fields): Values {
  const others = firstValues(
    parameters.filter(({ type }) => type !== "date"),
    last,
    "",
  );
  const days = parameters.filter(({ type }) => type === "date").map((parameter) => [parameter.name, day(parameter)]);
  return { ...others, ...Object.fromEntries(days) };
}

/** A day that was meant for one plan is for no other. */
function day({ default: value }: TemplateParameter): string {
  const kept = typeof value === "string" ? readDueDay(value) : undefined;
  return kept?.from === "due" ? writeDueDay(kept) : "today";
}
