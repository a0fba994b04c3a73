/** How long announcements are gathered, in milliseconds: at most one is spoken in this time. */
const QUIET_MS = 2000;

type Speak = (text: string) => void;

/** Gathers what happened and says it politely: at most one sentence every two seconds, the last word on each topic. */
export class Announcer {
  readonly #waiting = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #spokenAt = Number.NEGATIVE_INFINITY;
  #speak: Speak = () => {};
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  speakWith(speak: Speak): void {
    this.#speak = speak;
  }

  /** A later text on the same topic replaces one that was not spoken yet. */
  say(text: string, topic = text): void {
    this.#waiting.set(topic, text);
    const wait = Math.max(0, this.#spokenAt + QUIET_MS - this.#now());
    this.#timer ??= setTimeout(() => this.#flush(), wait);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#spokenAt = this.#now();
    const text = [...this.#waiting.values()].join(". ");
    this.#waiting.clear();
    this.#speak(text);
  }
}

const announcer = new Announcer();

/** Says something to those who cannot see it happen. */
export function announce(text: string, topic?: string): void {
  announcer.say(text, topic);
}

export function speakWith(speak: Speak): void {
  announcer.speakWith(speak);
}
