import { Button } from "@mantine/core";
import { IconClockHour4, IconX } from "@tabler/icons-react";
import { dayAndTime, moment } from "@/design/time";
import css from "./time-bar.module.css";

type Props = {
  /** Whether what is shown is over. */
  past: boolean;
  /** When, or what is said instead of it. */
  when: Date | string;
  /** What happened then, and where in the log that is. */
  what: React.ReactNode;
  onNow: () => void;
  /** Puts the bar away; while the past is shown it stays. */
  onClose?: () => void;
  children: React.ReactNode;
};

/** The bar over a page that can be moved in time: which moment is shown, the way back to now, the controls below. */
export function TimeBar({ past, when, what, onNow, onClose, children }: Props) {
  return (
    <section className={css.bar} data-past={past || undefined} aria-label="Time">
      <div className={css.head}>
        <p className={css.when} role="status">
          <IconClockHour4 size={16} aria-hidden="true" />
          {past ? (
            <strong title={typeof when === "string" ? undefined : moment(when)}>
              As of {typeof when === "string" ? when : dayAndTime(when)}
            </strong>
          ) : (
            <strong>Now</strong>
          )}
          <span className={css.what}>{what}</span>
        </p>
        {past ? (
          <Button size="compact-sm" variant="filled" className={css.now} onClick={onNow}>
            Back to now
          </Button>
        ) : (
          onClose && (
            <button type="button" className={css.close} aria-label="Put the time line away" onClick={onClose}>
              <IconX size={15} aria-hidden="true" />
            </button>
          )
        )}
      </div>
      <div className={css.controls}>{children}</div>
    </section>
  );
}
