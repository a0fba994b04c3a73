/**
 * The furthest place in the log this tab knows of, from its own writes and from the live stream. Reads ask for at
 * least this, so that what was just written is seen.
 */
let known = 0;

export function knownPosition(): number | undefined {
  return known > 0 ? known : undefined;
}

export function notePosition(position: number | undefined): void {
  if (position !== undefined && position > known) {
    known = position;
  }
}

/** Forgets the position: after the server came back on another log, an old one would wait for ever. */
export function forgetPosition(): void {
  known = 0;
}
