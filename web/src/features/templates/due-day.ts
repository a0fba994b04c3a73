/** A day of a plan that is made by a schedule: counted from the day it is due, or always the same. */
export type DueDay = { from: "due"; days: number } | { from: "fixed"; day: string };

/** Reads what is kept: `today + 7 days`, `2027-03-01`. */
export function readDueDay(text: string): DueDay | undefined {
  const relative = /^(?:today|tomorrow)(?:\s*([+-])\s*(\d+) days?)?$/.exec(text.trim());
  if (relative !== null) {
    const days = Number(relative[2] ?? 0) * (relative[1] === "-" ? -1 : 1);
    return { from: "due", days: text.trim().startsWith("tomorrow") ? days + 1 : days };
  }
  return /^\d{4}-\d{2}-\d{2}$/.test(text.trim()) ? { from: "fixed", day: text.trim() } : undefined;
}

/** Writes it as it is kept. */
export function writeDueDay(day: DueDay): string {
  if (day.from === "fixed") {
    return day.day;
  }
  const count = Math.abs(day.days);
  const unit = count === 1 ? "day" : "days";
  return day.days === 0 ? "today" : `today ${day.days < 0 ? "-" : "+"} ${count} ${unit}`;
}

/** A kept value in words: "7 days after it is due". */
export function dueDayWords(text: string): string {
  const day = readDueDay(text);
  if (day?.from !== "due") {
    return text;
  }
  const count = Math.abs(day.days);
  if (count === 0) {
    return "the day it is due";
  }
  return `${count} ${count === 1 ? "day" : "days"} ${day.days < 0 ? "before" : "after"} it is due`;
}
