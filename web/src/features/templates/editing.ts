import type {
  ActionType,
  FieldProblem,
  NewTemplateContent,
  TemplateContent,
  TemplateInclude,
  TemplateParameter,
  TemplateStep,
} from "@/api/types";
import type { GapParameter } from "@/design/gaps";

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

/** The parameters as what gaps can be filled with. */
export function gapsIn(parameters: TemplateParameter[]): GapParameter[] {
  return parameters.map(({ name, label, type }) => ({ name, label: label || name, type: type ?? "text" }));
}

/** A parameter with a name that no other has. */
export function newParameter(parameters: TemplateParameter[]): TemplateParameter {
  return { name: unused("parameter", new Set(parameters.map(({ name }) => name)), "_"), type: "text", required: true };
}

/** The content with a parameter changed; where it got another name, all gaps that it fills say so. */
export function withParameter(content: TemplateContent, index: number, changed: TemplateParameter): TemplateContent {
  const old = content.parameters[index];
  const parameters = content.parameters.map((one, at) => (at === index ? changed : one));
  if (old === undefined || old.name === changed.name || !/^[a-z][a-z0-9_]*$/.test(changed.name)) {
    return { ...content, parameters };
  }
  const gap = new RegExp(String.raw`(\{\{\s*params\.)${old.name}(?![a-z0-9_])`, "g");
  const renamed = (value: unknown): unknown => deep(value, (text) => text.replace(gap, `$1${changed.name}`));
  return { ...(renamed({ ...content, parameters: [] }) as TemplateContent), parameters };
}

/** How many texts have a gap that this parameter fills. */
export function usesOf(content: TemplateContent, name: string): number {
  const gap = new RegExp(String.raw`\{\{\s*params\.${name}(?![a-z0-9_])`);
  let count = 0;
  deep({ ...content, parameters: [] }, (text) => {
    count += gap.test(text) ? 1 : 0;
    return text;
  });
  return count;
}

function deep(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") {
    return change(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => deep(item, change));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, deep(item, change)]));
  }
  return value;
}

/** A step that carries out an action, behind all others. */
export function newStep(content: TemplateContent, action: ActionType): TemplateStep {
  return {
    id: unused(action.name.replaceAll(".", "-"), idsIn(content)),
    title: action.title,
    description: "",
    action_type: action.name,
    params: {},
    depends_on: [],
    requires_approval: false,
    on_failure: null,
    retry: null,
    timeout_seconds: null,
  };
}

/** A template as a sub-plan. */
export function newInclude(content: TemplateContent, template: { id: string; name: string; version: number }) {
  const slug = template.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 30);
  const include: TemplateInclude = {
    id: unused(slug || "sub-plan", idsIn(content)),
    template_id: template.id,
    version: template.version,
    arguments: {},
    depends_on: [],
  };
  return include;
}

/** The content without a step or sub-plan; what came after it comes after what it came after. */
export function without(content: TemplateContent, id: string): TemplateContent {
  const gone = [...content.steps, ...content.includes].find((one) => one.id === id);
  const rewired = <T extends { depends_on?: string[] }>(one: T): T => ({
    ...one,
    depends_on: [
      ...new Set((one.depends_on ?? []).flatMap((other) => (other === id ? (gone?.depends_on ?? []) : [other]))),
    ],
  });
  return {
    ...content,
    steps: content.steps.filter((step) => step.id !== id).map(rewired),
    includes: content.includes.filter((include) => include.id !== id).map(rewired),
  };
}

/** The items with one of them a place further up or down. */
export function moved<T>(items: T[], index: number, by: -1 | 1): T[] {
  const to = index + by;
  const [one, other] = [items[index], items[to]];
  if (one === undefined || other === undefined) {
    return items;
  }
  return items.map((item, at) => (at === index ? other : at === to ? one : item));
}

function idsIn(content: TemplateContent): Set<string> {
  return new Set([...content.steps, ...content.includes].map(({ id }) => id));
}

function unused(wanted: string, taken: Set<string>, joint = "-"): string {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted}${joint}${number}`;
    if (!taken.has(id)) {
      return id;
    }
  }
}

/** The problems of one thing, by the pointer within it, as a form shows them. */
export function problemsBelow(problems: FieldProblem[], pointer: string): Record<string, string> {
  const own = problems.filter((problem) => problem.pointer.startsWith(`${pointer}/`));
  return Object.fromEntries(own.map((problem) => [problem.pointer.slice(pointer.length), problem.detail]));
}
