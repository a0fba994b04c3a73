import type { PlanStatus, StepStatus } from "@/api/types";
import { planLook, type Shape, type StatusLook, stepLook } from "./status";
import css from "./status-mark.module.css";

/** A plan's status: shape, word, colour last. */
export function PlanStatusMark({ status, compact }: { status: PlanStatus; compact?: boolean }) {
  return <StatusMark look={planLook(status)} compact={compact} />;
}

/** A step's status: shape, word, colour last. */
export function StepStatusMark({ status, compact }: { status: StepStatus; compact?: boolean }) {
  return <StatusMark look={stepLook(status)} compact={compact} />;
}

/** `compact` shows the shape alone; the word stays for assistive technology and as a tooltip. */
function StatusMark({ look, compact = false }: { look: StatusLook; compact?: boolean }) {
  return (
    <span className={css.mark} data-tone={look.tone} title={compact ? look.word : undefined}>
      <StatusGlyph look={look} />
      <span className={compact ? "visually-hidden" : css.word}>{look.word}</span>
    </span>
  );
}

export function StatusGlyph({ look, size = 16 }: { look: StatusLook; size?: number }) {
  return (
    <svg className={css.glyph} data-tone={look.tone} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {outline(look.shape)}
    </svg>
  );
}

function outline(shape: Shape) {
  const line = { fill: "none", stroke: "currentColor", strokeWidth: 1.5, strokeLinecap: "round" as const };
  const cut = { ...line, stroke: "var(--paper)", strokeWidth: 1.6, strokeLinejoin: "round" as const };
  switch (shape) {
    case "hollow":
      return <circle cx="8" cy="8" r="5.75" {...line} />;
    case "pencil":
      return <circle cx="8" cy="8" r="5.75" {...line} strokeDasharray="2.2 2.3" />;
    case "half":
      return (
        <>
          <circle cx="8" cy="8" r="5.75" {...line} />
          <path d="M8 4.4a3.6 3.6 0 0 1 0 7.2z" fill="currentColor" />
        </>
      );
    case "check":
      return (
        <>
          <circle cx="8" cy="8" r="6.5" fill="currentColor" />
          <path d="m5.2 8.2 2 2 3.7-4" {...cut} />
        </>
      );
    case "cross":
      return (
        <>
          <path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z" fill="currentColor" />
          <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" {...cut} />
        </>
      );
    case "dash":
      return (
        <>
          <circle cx="8" cy="8" r="5.75" {...line} />
          <path d="M5.5 8h5" {...line} />
        </>
      );
    case "pause":
      return (
        <>
          <rect x="1.5" y="1.5" width="13" height="13" rx="3.5" fill="currentColor" />
          <path d="M6.3 5.5v5m3.4-5v5" {...cut} />
        </>
      );
    case "diamond":
      return (
        <>
          <path d="m8 .9 7.1 7.1L8 15.1.9 8z" fill="currentColor" />
          <path d="M8 4.8v3.6m0 2.4v.1" {...cut} />
        </>
      );
    case "back":
      return (
        <>
          <circle cx="8" cy="8" r="6.5" fill="currentColor" />
          <path d="M11 8H5.2m2.3-2.5L5 8l2.5 2.5" {...cut} />
        </>
      );
  }
}
