import { type LiveChange, nothingTouched, parseChange, type Touched, touch } from "./changes";

/** How the page stands to the log. */
export type Connection = { state: "catching-up" } | { state: "live" } | { state: "offline"; since: Date };

type Listener = (touched: Touched) => void;

/** How long a burst of changes is gathered before the page reads again, in milliseconds. */
const GATHER_MS = 80;

/**
 * The tab's one live stream (browsers allow few connections per host). It tells what was touched, in bursts; it
 * carries no state of its own: the page reads again.
 */
export class LiveStream {
  #source: EventSource | undefined;
  #connection: Connection = { state: "catching-up" };
  #touched = nothingTouched();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #position = 0;
  readonly #watchers = new Set<() => void>();
  readonly #listeners = new Set<Listener>();
  readonly #open: (url: string) => EventSource;

  constructor(open: (url: string) => EventSource = (url) => new EventSource(url)) {
    this.#open = open;
  }

  readonly connection = (): Connection => this.#connection;

  /** Calls `watcher` whenever the connection changes; gives back how to stop. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Calls `listener` after each burst; gives back how to stop. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#source !== undefined) {
      return;
    }
    const from = this.#position > 0 ? `?from=${this.#position}` : "";
    const source = this.#open(`/api/v1/live${from}`);
    source.addEventListener("snapshot", (event) => this.#snapshot(event as MessageEvent<string>));
    source.addEventListener("change", (event) => this.#change(event as MessageEvent<string>));
    source.addEventListener("stale", () => this.#stale());
    source.addEventListener("open", () => this.#become({ state: "live" }));
    source.addEventListener("error", () => this.#lost(source));
    this.#source = source;
  }

  stop(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #snapshot(event: MessageEvent<string>): void {
    const said = parsePosition(event.data);
    // A position behind ours means another log: whatever we hold is of the old one.
    const restarted = said !== undefined && said < this.#position;
    const missed = said !== undefined && said > this.#position && this.#position > 0;
    this.#position = said ?? this.#position;
    this.#become({ state: "live" });
    if (restarted || missed) {
      this.#tell({ ...nothingTouched(), position: restarted ? -1 : this.#position });
    }
  }

  #change(event: MessageEvent<string>): void {
    const change: LiveChange | undefined = parseChange(event.data);
    if (change === undefined) {
      return;
    }
    this.#position = Math.max(this.#position, change.position);
    touch(this.#touched, change);
    this.#timer ??= setTimeout(() => {
      const touched = this.#touched;
      this.#touched = nothingTouched();
      this.#timer = undefined;
      this.#tell(touched);
    }, GATHER_MS);
  }

  /** The server no longer has what we missed: read everything, and follow from now on. */
  #stale(): void {
    this.stop();
    this.#position = 0;
    this.#become({ state: "catching-up" });
    this.#tell(nothingTouched());
    this.start();
  }

  #lost(source: EventSource): void {
    const since = this.#connection.state === "offline" ? this.#connection.since : new Date();
    this.#become({ state: "offline", since });
    // The browser tries again by itself unless the answer was a refusal.
    if (source.readyState === EventSource.CLOSED && this.#source === source) {
      this.#source = undefined;
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.start();
      }, 3000);
    }
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    for (const watcher of this.#watchers) {
      watcher();
    }
  }

  #tell(touched: Touched): void {
    for (const listener of this.#listeners) {
      listener(touched);
    }
  }
}

function parsePosition(data: string): number | undefined {
  try {
    const parsed: unknown = JSON.parse(data);
    if (typeof parsed === "object" && parsed !== null && "position" in parsed && typeof parsed.position === "number") {
      return parsed.position;
    }
    return undefined;
  } catch {
    return undefined;
  }
}
