import css from "./schedules.module.css";

/** Moments on the clocks of a time zone. */
export function TimeList({ times, zone, label }: { times: string[]; zone: string; label: string }) {
  return (
    <ol className={css.times} aria-label={label}>
      {times.map((at) => (
        <li key={at}>
          <time dateTime={at} title={`${new Date(at).toISOString()} UTC`}>
            {zonedMoment(at, zone)}
          </time>
        </li>
      ))}
    </ol>
  );
}

/** A moment on the clocks of a time zone: "Mon, 30 Nov 2026, 09:00". */
export function zonedMoment(at: string, zone: string): string {
  const shown = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  return shown.format(new Date(at));
}
