import type { FieldProblem, Fields, TemplateParameter } from "@/api/types";

/** What stands in the form: a text for every parameter. Yes and no are the words. */
export type Values = Record<string, string>;

/** What the form begins with: what was given the last time, or what holds when nothing is given. */
export function firstValues(parameters: TemplateParameter[], last: Fields, today: string): Values {
  const first = (parameter: TemplateParameter) => written(last[parameter.name] ?? parameter.default, parameter, today);
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, first(parameter)]));
}

function written(value: unknown, { type }: TemplateParameter, today: string): string {
  if (value === null || value === undefined) {
    return "";
  }
  if (type === "yes_no") {
    return value === true || value === "yes" || value === "true" ? "yes" : "no";
  }
  const text = String(value);
  return type === "date" ? (dayOf(text, today) ?? text) : text;
}

/** Reads `2026-11-23`, `today`, `today + 7 days` as a day. */
export function dayOf(text: string, today: string): string | undefined {
  const relative = /^today(?:\s*([+-])\s*(\d+) days?)?$/.exec(text.trim());
  if (relative === null) {
    return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
  }
  const day = new Date(`${today}T00:00:00Z`);
  const days = Number(relative[2] ?? 0) * (relative[1] === "-" ? -1 : 1);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** What is sent: empty fields are left out, so that the default holds or the refusal names them. */
export function given(parameters: TemplateParameter[], values: Values): Fields {
  const filled = parameters.filter(({ name }) => (values[name] ?? "") !== "");
  return Object.fromEntries(
    filled.map(({ name, type }) => [name, type === "yes_no" ? values[name] === "yes" : values[name]]),
  );
}

/** The problems of single arguments, by parameter. */
export function problemsOf(errors: FieldProblem[]): Record<string, string> {
  const prefix = "/arguments/";
  const own = errors.filter(({ pointer }) => pointer.startsWith(prefix));
  return Object.fromEntries(own.map(({ pointer, detail }) => [pointer.slice(prefix.length), detail]));
}

/** The day it is for whoever looks at the page. */
export function localDay(now: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
