/** How a time line is played; pure. */

export const speeds = [1, 5, 20] as const;

export type Speed = (typeof speeds)[number];

/** How long one event is shown at the usual speed, in milliseconds. */
const EVENT_MS = 800;

/** Nobody waits longer than this for the end of a long time line at the highest speed, in stops. */
const STOPS_AT_MOST = 300;

/** How long a stop is shown, in milliseconds. */
export function pause(speed: Speed): number {
  return EVENT_MS / speed;
}

/** The stop after `stop`: the next one, or one further on where there are very many and it should go fast. */
export function following(stop: number, last: number, speed: Speed): number {
  const stride = speed === 20 ? Math.max(1, Math.ceil(last / STOPS_AT_MOST)) : 1;
  return Math.min(last, stop + stride);
}
