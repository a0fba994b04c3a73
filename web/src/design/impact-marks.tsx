import { Tooltip } from "@mantine/core";
import { IconArrowForwardUp, IconArrowsExchange, IconExternalLink, IconLock } from "@tabler/icons-react";
import type { ImpactLevel, Reversibility } from "@/api/types";
import css from "./impact-marks.module.css";
import { impactWord } from "./impact-words";

const bars: Record<ImpactLevel, number> = { none: 0, low: 1, medium: 2, high: 3 };

/** How much a step changes: three bars and the word. */
export function ImpactMark({ level, compact = false }: { level: ImpactLevel; compact?: boolean }) {
  const word = impactWord(level);
  return (
    <span className={css.impact} data-level={level} title={compact ? `${word} impact` : undefined}>
      <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={bar * 5}
            y={8 - bar * 4}
            width="3.5"
            height={4 + bar * 4}
            rx="1"
            className={bar < bars[level] ? css.full : css.blank}
          />
        ))}
      </svg>
      <span className={compact ? "visually-hidden" : undefined}>
        {word}
        <span className="visually-hidden"> impact</span>
      </span>
    </span>
  );
}

type MarkProps = { kind: Reversibility; always?: boolean; compact?: boolean };

/** The mark that what a step does cannot be taken back; what can be undone carries none unless `always`. */
export function ReversibilityMark({ kind, always = false, compact = false }: MarkProps) {
  switch (kind) {
    case "irreversible":
      return (
        <span className={css.irreversible} title={compact ? "Cannot be undone" : undefined}>
          <IconArrowForwardUp size={14} aria-hidden="true" />
          <span className={compact ? "visually-hidden" : undefined}>Cannot be undone</span>
        </span>
      );
    case "compensatable":
      return always ? (
        <span className={css.quiet}>
          <IconArrowsExchange size={14} aria-hidden="true" />
          Can be made up for
        </span>
      ) : null;
    case "reversible":
      return always ? <span className={css.quiet}>Can be undone</span> : null;
  }
}

export function OutsideMark() {
  return (
    <Tooltip label="Reaches outside the workspace">
      <span className={css.quiet}>
        <IconExternalLink size={14} aria-hidden="true" />
        <span className="visually-hidden">Reaches outside the workspace</span>
      </span>
    </Tooltip>
  );
}

export function GateMark() {
  return (
    <Tooltip label="Needs an approval of its own before it starts">
      <span className={css.quiet}>
        <IconLock size={14} aria-hidden="true" />
        <span className="visually-hidden">Needs an approval of its own</span>
      </span>
    </Tooltip>
  );
}
