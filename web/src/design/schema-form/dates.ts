/** Takes a date or date-time apart; an offset is left out, because the time is the user's local one. */
export function splitDate(text: string): { date?: string; time?: string } {
  const found = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?/.exec(text);
  return found === null ? {} : { date: found[1], time: found[2] };
}

/** Puts a day and a time of day together; without a day there is nothing. */
export function joinDate(date: string | undefined, time: string | undefined): string | undefined {
  if (date === undefined) {
    return undefined;
  }
  return time === undefined ? date : `${date}T${time}:00`;
}
