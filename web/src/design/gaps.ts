/** A part of a template's text: plain, or a gap that a parameter fills. */
export type TextPart = { text: string; gap: boolean };

const GAP = /\{\{\s*params\.([a-z0-9_]+)(\.[a-z_]+)?\s*([+-]\s*\d+ days?)?(?:\s+as [DMY, ]+?)?\s*\}\}/g;

/** Splits a text at its placeholders, which read as the names of their parameters. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const found of text.matchAll(GAP)) {
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

/** Whether a value is a text with a gap in it. */
export function holdsGap(value: unknown): value is string {
  return typeof value === "string" && textParts(value).some((part) => part.gap);
}

/** A parameter that can fill a gap. */
export type GapParameter = { name: string; label: string; type: string };

/** What can be put at a place for a parameter: the value itself, and what goes with its type. */
export function gapsOf({ name, label, type }: GapParameter): { label: string; text: string }[] {
  const plain = { label, text: `{{params.${name}}}` };
  switch (type) {
    case "date":
      return [
        plain,
        { label: `${label}, a week later`, text: `{{params.${name} + 7 days}}` },
        { label: `${label}, in words`, text: `{{params.${name} as D MMMM YYYY}}` },
      ];
    case "person":
      return [
        { label: `${label} (who it is)`, text: plain.text },
        { label: `${label}, name`, text: `{{params.${name}.name}}` },
        { label: `${label}, first name`, text: `{{params.${name}.first_name}}` },
      ];
    case "project":
    case "idea":
    case "task":
      return [
        { label: `${label} (which one it is)`, text: plain.text },
        { label: `${label}, name`, text: `{{params.${name}.name}}` },
      ];
    default:
      return [plain];
  }
}

/** A text with another one in the place of what is selected, and where the cursor stands then. */
export function inserted(text: string, more: string, from: number, to: number): { text: string; cursor: number } {
  return { text: text.slice(0, from) + more + text.slice(to), cursor: from + more.length };
}
