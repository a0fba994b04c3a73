const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something took or takes: "430 ms", "4.2 s", "12 s", "3 min 05 s", "2 h 10 min", "3 d 4 h". */
export function duration(ms: number): string {
  if (ms < 0) {
    return "0 s";
  }
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < 10_000) {
    return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  }
  if (ms < minute) {
    return `${Math.floor(ms / 1000)} s`;
  }
  if (ms < hour) {
    return `${Math.floor(ms / minute)} min ${String(Math.floor((ms % minute) / 1000)).padStart(2, "0")} s`;
  }
  if (ms < day) {
    return `${Math.floor(ms / hour)} h ${String(Math.floor((ms % hour) / minute)).padStart(2, "0")} min`;
  }
  return `${Math.floor(ms / day)} d ${Math.floor((ms % day) / hour)} h`;
}

/** How long ago `at` was, seen from `now`: "just now", "5 min ago", "3 h ago", and then the day. */
export function ago(at: Date, now: Date): string {
  const past = now.getTime() - at.getTime();
  if (past < 45_000) {
    return "just now";
  }
  if (past < hour) {
    return `${Math.max(1, Math.round(past / minute))} min ago`;
  }
  if (past < day) {
    return `${Math.round(past / hour)} h ago`;
  }
  return dayOf(at, now);
}

/** The day of `at`, with the year only where it is not this one. */
export function dayOf(at: Date, now: Date): string {
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year });
}

/** The time of day to the second, in the reader's zone. */
export function clock(at: Date): string {
  return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** The day and the time to the second, in the reader's zone: "30 Nov 2026, 04:18:38". */
export function dayAndTime(at: Date): string {
  return at.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
}

/** The whole moment twice: in the reader's zone and in UTC. */
export function moment(at: Date): string {
  return `${dayAndTime(at)} (${at.toISOString().replace("T", " ").slice(0, 19)} UTC)`;
}

/** A date or date-time as it stands in params, for reading: "4 Dec 2026", "26 Nov 2026, 10:00". */
export function readableDate(value: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}))?/.exec(value);
  if (found === null) {
    return value;
  }
  const [, year, month, date, time] = found;
  const name = new Date(Number(year), Number(month) - 1, 1).toLocaleDateString("en-GB", { month: "short" });
  return `${Number(date)} ${name} ${year}${time ? `, ${time}` : ""}`;
}

/** Whether a text is a date or date-time and nothing else. */
export function isDate(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(value);
}

/** A moment in the reader's zone as an input for date and time takes it. */
export function dateTimeInput(at: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
