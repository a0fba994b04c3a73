import { useId } from "react";
import type { RollbackChoice, RollbackStep } from "@/api/types";
import { assertNever } from "@/design/assert-never";
import css from "./clash-choice.module.css";
import { type Clash, offered } from "./preview";

type Props = {
  clash: Clash;
  steps: RollbackStep[];
  name: string;
  chosen: RollbackChoice | undefined;
  onChoose: (choice: RollbackChoice) => void;
};

/** Asks what becomes of a thing that somebody changed after the step did. */
export function ClashChoice({ clash, steps, name, chosen, onChoose }: Props) {
  const group = useId();
  return (
    <fieldset className={css.group} data-open={chosen === undefined || undefined}>
      <legend className={css.legend}>What becomes of “{name}”?</legend>
      <div className={css.options}>
        {offered(clash, steps).map((choice) => (
          <label key={choice} className={css.option} data-chosen={chosen === choice || undefined}>
            <input
              type="radio"
              name={group}
              value={choice}
              checked={chosen === choice}
              onChange={() => onChoose(choice)}
            />
            <span>
              <strong>{title(choice)}</strong>
              <span className={css.detail}>{detail(choice)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function title(choice: RollbackChoice): string {
  switch (choice) {
    case "keep":
      return "Keep theirs";
    case "restore":
      return "Restore ours";
    case "merge":
      return "Merge";
    case "stop":
      return "Stop";
    default:
      return assertNever(choice);
  }
}

function detail(choice: RollbackChoice): string {
  switch (choice) {
    case "keep":
      return "It stays as it is now.";
    case "restore":
      return "It goes back; their change is lost.";
    case "merge":
      return "Their change stays, the other fields go back.";
    case "stop":
      return "Nothing is rolled back.";
    default:
      return assertNever(choice);
  }
}
