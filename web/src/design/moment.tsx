import { createContext, useContext, useEffect, useState } from "react";
import { ago, clock, duration, moment } from "./time";

/** Where the past is shown, time stands still: what goes on there has gone on until then, and no longer. */
export const StandingStill = createContext<Date | undefined>(undefined);

/** A moment in the reader's time, with UTC on hover. */
export function Moment({ at, show = "ago" }: { at: string; show?: "ago" | "clock" }) {
  const now = useClock(show === "ago" ? 30_000 : undefined);
  const date = new Date(at);
  return (
    <time dateTime={at} title={moment(date)}>
      {show === "ago" ? ago(date, now) : clock(date)}
    </time>
  );
}

/** How long something has been going on, or took when it has ended. */
export function Elapsed({ from, to }: { from: string; to?: string | null }) {
  const now = useNow(to ? undefined : 1000);
  const end = to ? new Date(to) : now;
  return <span title={moment(new Date(from))}>{duration(end.getTime() - new Date(from).getTime())}</span>;
}

/** The present of what is shown: the clock, or the moment at which the past stands still. */
export function useNow(every: number | undefined): Date {
  const still = useContext(StandingStill);
  const clock = useClock(still === undefined ? every : undefined);
  return still ?? clock;
}

/** The time it is, renewed every `every` milliseconds; without it, once. */
function useClock(every: number | undefined): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (every === undefined) {
      return;
    }
    const timer = setInterval(() => setNow(new Date()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
