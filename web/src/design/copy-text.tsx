import { Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import css from "./copy-text.module.css";
import { shortId } from "./short-id";

/** An id or hash, shortened; a click copies the whole of it. */
export function CopyText({ text, what, shown = shortId(text) }: { text: string; what: string; shown?: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  const Icon = clipboard.copied ? IconCheck : IconCopy;
  return (
    <Tooltip label={clipboard.copied ? "Copied" : text}>
      <button
        type="button"
        className={css.copy}
        aria-label={`${shown}, copy the ${what}`}
        onClick={() => clipboard.copy(text)}
      >
        {shown}
        <Icon size={12} aria-hidden="true" />
      </button>
    </Tooltip>
  );
}
