import { idempotencyKey } from "./client";

/**
 * What a person wants to happen once. Sending the same again after a failure carries the same key, so that a first
 * try whose answer was lost is not done twice; another body, or the same after it was answered, is a new intent.
 */
export class Intent {
  #said: string | undefined;
  #key = "";

  keyFor(body: unknown): string {
    const said = JSON.stringify(body);
    if (said !== this.#said) {
      this.#said = said;
      this.#key = idempotencyKey();
    }
    return this.#key;
  }

  answered(): void {
    this.#said = undefined;
  }
}
