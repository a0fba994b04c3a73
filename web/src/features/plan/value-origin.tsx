import { useMe } from "@/api/use-me";
import type { Names } from "@/design/value-text";
import { Visible } from "@/design/visible";
import type { DraftStep } from "./draft";
import { isTouched, originsUnder, originWords } from "./origin-words";
import css from "./value-origin.module.css";

type Props = {
  step: DraftStep;
  /** The step as the server has it; a value that differs was changed here. */
  known: DraftStep | undefined;
  pointer: string;
  names: Names;
};

/** Where a value came from, in small beside it. */
export function ValueOrigin({ step, known, pointer, names }: Props) {
  const me = useMe();
  if (isTouched(step, known, pointer)) {
    return known === undefined ? null : <p className={css.origin}>changed by you, not applied yet</p>;
  }
  const origins = originsUnder(step.sources, pointer);
  if (origins.length === 0) {
    return null;
  }
  const told = [...new Set(origins.map((source) => originWords(source, names, me)))];
  return (
    <p className={css.origin} data-from={origins[0]?.from}>
      <span className="visually-hidden">From </span>
      <Visible text={told.slice(0, 3).join(" · ")} />
    </p>
  );
}
