/** How often a template is run, in the words of the form. Whatever else a cron expression can say is for experts. */
export type Rhythm =
  | { every: "day"; at: string }
  | { every: "week"; at: string; days: number[] }
  | { every: "month"; at: string; day: number | "last" };

/** The days of the week, Monday first, as cron has them: Sunday is 0. */
export const weekdays = [
  { value: 1, name: "Monday" },
  { value: 2, name: "Tuesday" },
  { value: 3, name: "Wednesday" },
  { value: 4, name: "Thursday" },
  { value: 5, name: "Friday" },
  { value: 6, name: "Saturday" },
  { value: 0, name: "Sunday" },
];

const workdays = [1, 2, 3, 4, 5];

/** The cron expression of a rhythm. */
export function cronOf(rhythm: Rhythm): string {
  const [hour, minute] = rhythm.at.split(":").map(Number);
  const time = `${minute ?? 0} ${hour ?? 0}`;
  switch (rhythm.every) {
    case "day":
      return `${time} * * *`;
    case "week":
      return `${time} * * ${inOrder(rhythm.days).join(",") || "*"}`;
    case "month":
      return `${time} ${rhythm.day === "last" ? "L" : rhythm.day} * *`;
  }
}

/** The rhythm that a cron expression is, when the form has words for it. */
export function rhythmOf(cron: string): Rhythm | undefined {
  const fields = cron.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = fields;
  if (fields.length !== 5 || month !== "*" || !isNumber(minute, 59) || !isNumber(hour, 23)) {
    return undefined;
  }
  const at = `${two(Number(hour))}:${two(Number(minute))}`;
  if (day === "*" && weekday === "*") {
    return { every: "day", at };
  }
  if (day === "*") {
    const days = daysOf(weekday ?? "");
    return days && { every: "week", at, days };
  }
  if (weekday !== "*") {
    return undefined;
  }
  if (day?.toUpperCase() === "L") {
    return { every: "month", at, day: "last" };
  }
  return isNumber(day, 31) && Number(day) > 0 ? { every: "month", at, day: Number(day) } : undefined;
}

/** A cron expression in words, where there are some: "Every Monday at 09:00". */
export function rhythmWords(cron: string): string {
  const rhythm = rhythmOf(cron);
  if (rhythm === undefined) {
    return `At the times of “${cron}”`;
  }
  switch (rhythm.every) {
    case "day":
      return `Every day at ${rhythm.at}`;
    case "week":
      return `Every ${dayWords(rhythm.days)} at ${rhythm.at}`;
    case "month":
      return `On ${rhythm.day === "last" ? "the last day" : `the ${ordinal(rhythm.day)}`} of every month at ${rhythm.at}`;
  }
}

function dayWords(days: number[]): string {
  if (inOrder(days).join() === workdays.join()) {
    return "weekday";
  }
  const names = weekdays.filter(({ value }) => days.includes(value)).map(({ name }) => name);
  const last = names.pop() ?? "day";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

function ordinal(day: number): string {
  const ending = day % 10 > 3 || Math.floor(day / 10) === 1 ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${ending}`;
}

const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

function daysOf(field: string): number[] | undefined {
  const days: number[] = [];
  for (const part of field.toLowerCase().split(",")) {
    const [first, last, ...more] = part.split("-").map(dayNumber);
    if (more.length > 0 || first === undefined || Number.isNaN(first) || Number.isNaN(last ?? 0)) {
      return undefined;
    }
    for (let day = first; day <= (last ?? first); day += 1) {
      days.push(day % 7);
    }
  }
  return days.length === 0 ? undefined : inOrder([...new Set(days)]);
}

function dayNumber(text: string): number {
  const named = names.indexOf(text);
  return named >= 0 ? named : isNumber(text, 7) ? Number(text) : Number.NaN;
}

/** Monday first. */
function inOrder(days: number[]): number[] {
  return [...days].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
}

function isNumber(text: string | undefined, most: number): boolean {
  return text !== undefined && /^\d{1,2}$/.test(text) && Number(text) <= most;
}

function two(part: number): string {
  return String(part).padStart(2, "0");
}
