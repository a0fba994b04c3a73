import { visibleParts } from "./hidden";
import css from "./visible.module.css";

/** A text with its hidden characters written out and marked. Texts of people, models and the web are shown through it. */
export function Visible({ text }: { text: string }) {
  const parts = visibleParts(text);
  if (parts.every((part) => !part.mark)) {
    return text;
  }
  return parts.map((part, at) =>
    part.mark ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <mark key={at} className={css.mark} title="Cannot be seen in the text as it is written">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  );
}
