import type { Tone } from "./status";

/** One stone of a stack in a box 100 wide; `y` is its underside, counted from the ground up. */
export type Stone = { x: number; y: number; width: number; height: number; tone: Tone | "empty" };

/** The height of the box a stack stands in: what fits is as tall as it likes, what does not is pressed together. */
export const BOX = 92;

const GAP = 1.5;
const TALLEST = 22;

/**
 * Builds the stack of a plan: the bottom stone is its first step, each stone is coloured by how its steps stand, and
 * what has not been done yet is an empty place. With more than `most` steps, several share a stone. `tones` is in the
 * order of the steps.
 */
export function stack(tones: (Tone | "empty")[], most: number): Stone[] {
  const groups = share(tones, Math.min(most, tones.length));
  const height = Math.min(TALLEST, (BOX - GAP * (groups.length - 1)) / Math.max(1, groups.length));
  let y = 0;
  return groups.map((group, index) => {
    const climb = index / Math.max(3, groups.length - 1);
    const width = 96 - climb * 56 + wobble(index, 7);
    const tall = height * (1 - climb * 0.18);
    const stone = { x: 50 - width / 2 + wobble(index + 3, 6), y, width, height: tall, tone: together(group) };
    y += tall + GAP;
    return stone;
  });
}

/** The outline of a stone: flat where it rests, round above, a little fuller on one side. */
export function pebble({ x, y, width, height }: Stone, index: number): string {
  const [left, right, top, foot] = [x, x + width, -y - height, -y];
  const waist = foot - height * 0.42;
  const lean = width * (0.5 + wobble(index, 0.16));
  const bend = width * 0.2;
  return [
    `M${round(left)} ${round(waist)}`,
    `C${round(left)} ${round(top + height * 0.1)} ${round(left + bend)} ${round(top)} ${round(left + lean)} ${round(top)}`,
    `S${round(right)} ${round(top + height * 0.16)} ${round(right)} ${round(waist)}`,
    `C${round(right)} ${round(foot)} ${round(right - bend)} ${round(foot)} ${round(left + width / 2)} ${round(foot)}`,
    `S${round(left)} ${round(foot)} ${round(left)} ${round(waist)}z`,
  ].join("");
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

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
