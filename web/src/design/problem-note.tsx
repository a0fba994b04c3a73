import { IconAlertTriangle } from "@tabler/icons-react";
import { asProblem } from "@/api/problem";
import css from "./problem-note.module.css";
import { sentence } from "./sentence";

type Props = { problem: unknown; doing: string; children?: React.ReactNode };

/** Says what was refused and why; `doing` completes "Could not …". Fields that are named elsewhere are listed as well. */
export function ProblemNote({ problem, doing, children }: Props) {
  if (!problem) {
    return null;
  }
  const said = asProblem(problem);
  const more = said.errors.filter((error) => sentence(error.detail) !== sentence(said.message));
  return (
    <div className={css.note} role="alert">
      <IconAlertTriangle size={18} aria-hidden="true" />
      <div className={css.text}>
        <strong>Could not {doing}.</strong> <span>{sentence(said.message)}</span>
        {more.length > 0 && (
          <ul className={css.list}>
            {more.map((error) => (
              <li key={`${error.pointer} ${error.code}`}>{sentence(error.detail)}</li>
            ))}
          </ul>
        )}
        {said.status >= 500 && said.traceId && <span className={css.trace}>trace {said.traceId}</span>}
        {children}
      </div>
    </div>
  );
}
