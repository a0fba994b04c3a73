import type { FieldProblem, Fields, NewTemplateContent, TemplateContent } from "@/api/types";

/** Reads what stands in a field as an object; `undefined` when it is none. */
export function readParams(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/** The content as it is sent. */
export function asNew(content: TemplateContent): NewTemplateContent {
  const { plan_name, plan_description, policy, parameters, steps, includes } = content;
  return { plan_name, plan_description, policy, parameters, steps, includes };
}

/** What is wrong at a pointer or below it, in a sentence. */
export function pointedAt(problems: FieldProblem[], pointer: string): string | undefined {
  return problems.find((problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`))?.detail;
}

/** A default as it is typed: a number where it reads as one. */
export function readDefault(text: string, type: string): unknown {
  if (text.trim() === "") {
    return null;
  }
  if (type === "number" && !Number.isNaN(Number(text))) {
    return Number(text);
  }
  return type === "yes_no" ? text.trim() === "yes" : text;
}

/** A default as it stands in its field. */
export function writeDefault(value: unknown): string {
  if (value === null || value === undefined) {
    return "";
  }
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}
