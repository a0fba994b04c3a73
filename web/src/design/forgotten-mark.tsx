import { IconEraser } from "@tabler/icons-react";
import { FORGOTTEN } from "./forgotten";
import css from "./forgotten-mark.module.css";

/** Stands where a value was about somebody who was forgotten. */
export function ForgottenMark() {
  return (
    <span className={css.mark} title="It was about somebody who was forgotten. Nobody can bring it back.">
      <IconEraser size={13} aria-hidden="true" />
      {FORGOTTEN}
    </span>
  );
}
