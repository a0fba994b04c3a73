import css from "./gap-field.module.css";
import { textParts } from "./gaps";
import { Visible } from "./visible";

/** A text of a template, with its gaps marked. */
export function GapText({ text }: { text: string }) {
  return textParts(text).map((part, at) =>
    part.gap ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <mark key={at} className={css.gap}>
        {part.text}
      </mark>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <Visible key={at} text={part.text} />
    ),
  );
}
