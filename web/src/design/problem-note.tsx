import { IconAlertTriangle } from "@tabler/icons-react";
import { asProblem } from "@/api/problem";
import css from "./problem-note.module.css";

type Props = { problem: unknown; doing: string; children?: React.ReactNode };

/** Says what was refused and why; `doing` completes "Could not …". Fields that are named elsewhere are listed as well. */
export function ProblemNote({ problem, doing, children }: Props) {
  if (!problem) {
    return null;
  }
  const said = asProblem(problem);
  return (
    <div className={css.note} role="alert">
      <IconAlertTriangle size={18} aria-hidden="true" />
      <div className={css.text}>
        <strong>Could not {doing}.</strong> <span>{sentence(said.message)}</span>
        {said.errors.length > 0 && (
          <ul className={css.list}>
            {said.errors.map((error) => (
              <li key={`${error.pointer} ${error.code}`}>{sentence(error.detail)}</li>
            ))}
          </ul>
        )}
        {said.traceId && <span className={css.trace}>trace {said.traceId}</span>}
        {children}
      </div>
    </div>
  );
}

/** The server's words begin small and without a full stop; on the page they are a sentence. */
function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
