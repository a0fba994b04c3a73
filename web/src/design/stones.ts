import type { Tone } from "./status";

/** One stone of a stack: an ellipse-like pebble in a box of 100 wide, `y` counted from the ground up. */
export type Stone = { x: number; y: number; width: number; height: number; tone: Tone | "empty" };

/** The most stones that are drawn; longer plans put several steps into one stone. */
export const MOST_STONES = 9;

/**
 * Builds the stack of a plan: the bottom stone is its first step, each stone is coloured by how its steps stand, and
 * what has not been done yet is an outline. `tones` is in the order of the steps.
 */
export function stack(tones: (Tone | "empty")[]): Stone[] {
  const groups = share(tones, Math.min(MOST_STONES, tones.length));
  let y = 0;
  return groups.map((group, index) => {
    const climb = groups.length === 1 ? 0 : index / (groups.length - 1);
    const width = 92 - climb * 52 + wobble(index, 6);
    const height = Math.max(9, 17 - groups.length * 0.5 - climb * 3);
    const stone = { x: 50 - width / 2 + wobble(index + 3, 5), y, width, height, tone: together(group) };
    y += height + 1.5;
    return stone;
  });
}

/** One tone for the steps that share a stone: trouble first, then what moves, then what is left. */
function together(group: (Tone | "empty")[]): Tone | "empty" {
  const order: (Tone | "empty")[] = ["fail", "warn", "active", "empty", "neutral", "done"];
  return order.find((tone) => group.includes(tone)) ?? "empty";
}

function share<T>(items: T[], groups: number): T[][] {
  return Array.from({ length: groups }, (_, index) => {
    const from = Math.floor((index * items.length) / groups);
    const to = Math.floor(((index + 1) * items.length) / groups);
    return items.slice(from, to);
  });
}

/** A fixed unevenness, so that a stack looks laid by hand and always the same. */
function wobble(index: number, by: number): number {
  return (((index * 37 + 11) % 7) / 6 - 0.5) * by;
}
