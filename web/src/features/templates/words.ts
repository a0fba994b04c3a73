import type { TemplateFigures } from "@/api/types";
import { duration } from "@/design/time";

/** How a template has worked, in a few words. */
export function figureWords({ plans, success_rate, mean_seconds }: TemplateFigures): string {
  if (plans === 0) {
    return "not used yet";
  }
  const used = plans === 1 ? "used once" : `used ${plans} times`;
  const worked = success_rate == null ? undefined : `${Math.round(success_rate * 100)}% completed`;
  const took = mean_seconds == null ? undefined : `${duration(mean_seconds * 1000)} on average`;
  return [used, worked, took].filter((part) => part !== undefined).join(", ");
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A part of a template's text: plain, or a gap that a parameter fills. */
export type TextPart = { text: string; gap: boolean };

/** Splits a text at its placeholders, which read as the names of their parameters. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const found of text.matchAll(/\{\{\s*params\.([a-z0-9_]+)(\.[a-z_]+)?\s*([+-]\s*\d+ days?)?\s*\}\}/g)) {
    const [whole, name = "", , offset] = found;
    parts.push({ text: text.slice(from, found.index), gap: false });
    parts.push({ text: [name.replaceAll("_", " "), offset].filter(Boolean).join(" "), gap: true });
    from = found.index + whole.length;
  }
  parts.push({ text: text.slice(from), gap: false });
  return parts
    .filter((part) => part.text !== "")
    .map((part) => ({ ...part, text: part.text.replaceAll("{{literal.", "{{") }));
}
