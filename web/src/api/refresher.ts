import { type Touched, together } from "./changes";

/**
 * Reads again what changed, one burst at a time: while one reading is under way, what is touched meanwhile is gathered
 * and read after it. So a stream of changes faster than the answers neither piles up requests nor starves the page.
 */
export class Refresher {
  #waiting: Touched | undefined;
  #busy = false;
  readonly #read: (touched: Touched) => Promise<unknown>;

  constructor(read: (touched: Touched) => Promise<unknown>) {
    this.#read = read;
  }

  tell(touched: Touched): void {
    this.#waiting = this.#waiting === undefined ? touched : together(this.#waiting, touched);
    if (!this.#busy) {
      void this.#work();
    }
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#waiting !== undefined) {
        const touched = this.#waiting;
        this.#waiting = undefined;
        await this.#read(touched);
      }
    } finally {
      this.#busy = false;
    }
  }
}
