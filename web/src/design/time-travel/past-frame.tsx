import { useMemo } from "react";
import { StandingStill } from "@/design/moment";
import css from "./past-frame.module.css";

type Props = {
  past: boolean;
  /** When the past that is shown was; not known until it is there. */
  at?: string | null;
  children: React.ReactNode;
};

/** Frames what is shown of the past in amber, so that nobody takes it for what is there now; clocks stand still in it. */
export function PastFrame({ past, at, children }: Props) {
  const still = useMemo(() => (past && at ? new Date(at) : undefined), [past, at]);
  return (
    <StandingStill value={still}>
      <div className={css.frame} data-past={past || undefined}>
        {children}
      </div>
    </StandingStill>
  );
}
