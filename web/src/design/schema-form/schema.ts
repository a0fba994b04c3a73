/**
 * Reads the part of JSON Schema that actions use, as fields a form can show. What a schema says beyond that is left
 * to the server's check; a shape that is not known here is edited as JSON.
 */
import { words } from "../entity-words";

export type FieldKind =
  | { kind: "text"; long: boolean }
  | { kind: "date" }
  | { kind: "number"; min?: number; max?: number; whole: boolean }
  | { kind: "boolean" }
  | { kind: "choice"; choices: string[] }
  | { kind: "reference"; to: string[]; me: boolean }
  | { kind: "references"; to: string[]; me: boolean }
  | { kind: "words" }
  | { kind: "rows"; fields: Field[] }
  | { kind: "json" };

export type Field = FieldKind & { name: string; label: string; help: string; required: boolean };

type Schema = Record<string, unknown>;

const LONG_NAMES = new Set(["body", "description", "instructions", "text", "message"]);
const LONG_TEXT = 1000;

/** The fields of an object schema: what is required first, otherwise in the schema's order. */
export function fieldsOf(schema: unknown): Field[] {
  const root = isSchema(schema) ? schema : {};
  const fields = objectFields(root, root);
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

function objectFields(schema: Schema, root: Schema): Field[] {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).map(([name, property]) => {
    const own = resolve(property, root);
    return {
      ...kindOf(name, own, root),
      name,
      label: words(name),
      help: typeof own.description === "string" ? own.description : "",
      required: required.includes(name),
    };
  });
}

function kindOf(name: string, schema: Schema, root: Schema): FieldKind {
  const reference = referenceOf(schema);
  if (reference !== undefined) {
    return { kind: "reference", ...reference };
  }
  if (Array.isArray(schema.enum)) {
    return { kind: "choice", choices: schema.enum.filter((choice) => typeof choice === "string") };
  }
  switch (typeOf(schema)) {
    case "string":
      return stringKind(name, schema);
    case "integer":
      return { kind: "number", ...range(schema), whole: true };
    case "number":
      return { kind: "number", ...range(schema), whole: false };
    case "boolean":
      return { kind: "boolean" };
    case "array":
      return listKind(resolve(schema.items, root), root);
    default:
      return { kind: "json" };
  }
}

function stringKind(name: string, schema: Schema): FieldKind {
  if (schema.format === "date-or-time" || schema.format === "date" || schema.format === "date-time") {
    return { kind: "date" };
  }
  const choices = typeof schema.pattern === "string" ? choicesIn(schema.pattern) : undefined;
  if (choices !== undefined) {
    return { kind: "choice", choices };
  }
  const most = typeof schema.maxLength === "number" ? schema.maxLength : 0;
  return { kind: "text", long: name !== "url" && (LONG_NAMES.has(name) || most > LONG_TEXT) };
}

/** A pattern that is nothing but alternatives, `^(GET|POST)$`, is a choice. */
function choicesIn(pattern: string): string[] | undefined {
  return /^\^\(([\w-]+(?:\|[\w-]+)+)\)\$$/.exec(pattern)?.[1]?.split("|");
}

function listKind(items: Schema, root: Schema): FieldKind {
  const reference = referenceOf(items);
  if (reference !== undefined) {
    return { kind: "references", ...reference };
  }
  switch (typeOf(items)) {
    case "string":
      return { kind: "words" };
    case "object":
      return { kind: "rows", fields: objectFields(items, root) };
    default:
      return { kind: "json" };
  }
}

function referenceOf(schema: Schema): { to: string[]; me: boolean } | undefined {
  const to = schema["x-ref"];
  return Array.isArray(to) ? { to: to.map(String), me: schema["x-me"] === true } : undefined;
}

function range(schema: Schema): { min?: number; max?: number } {
  return {
    min: typeof schema.minimum === "number" ? schema.minimum : undefined,
    max: typeof schema.maximum === "number" ? schema.maximum : undefined,
  };
}

/** The one type that is not null. */
function typeOf(schema: Schema): unknown {
  return Array.isArray(schema.type) ? schema.type.find((type) => type !== "null") : schema.type;
}

/** Follows `$ref` and takes what is not null out of `anyOf`; the outer words stay. */
function resolve(schema: unknown, root: Schema): Schema {
  if (!isSchema(schema)) {
    return {};
  }
  if (typeof schema.$ref === "string") {
    const target = schema.$ref
      .replace(/^#\//, "")
      .split("/")
      .reduce<unknown>((at, part) => (isSchema(at) ? at[part] : undefined), root);
    const { $ref: _, ...rest } = schema;
    return { ...resolve(target, root), ...rest };
  }
  for (const union of [schema.anyOf, schema.oneOf, schema.allOf]) {
    if (Array.isArray(union)) {
      const parts = union.filter((part) => !isSchema(part) || part.type !== "null");
      const { anyOf: _a, oneOf: _o, allOf: _l, ...rest } = schema;
      return parts.length === 1 ? { ...resolve(parts[0], root), ...rest } : rest;
    }
  }
  return schema;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
