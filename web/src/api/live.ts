import { type LiveChange, nothingTouched, parseChange, type Touched, touch } from "./changes";
import { type DraftsInTheMaking, parseDraft, withNews } from "./drafts";

/** How the page stands to the log. */
export type Connection = { state: "catching-up" } | { state: "live" } | { state: "offline"; since: Date };

type Listener = (touched: Touched) => void;

/** How long a burst of changes is gathered before the page reads again, in milliseconds. */
const GATHER_MS = 80;

/** How long after a refusal the stream is asked for again, in milliseconds. */
const AGAIN_MS = 3000;

/** `EventSource.CLOSED`: the browser has given up. */
const CLOSED = 2;

/**
 * The tab's one live stream (browsers allow few connections per host). It tells what was touched, in bursts; it
 * carries no state of its own: the page reads again.
 */
export class LiveStream {
  #source: EventSource | undefined;
  #connection: Connection = { state: "catching-up" };
  #touched = nothingTouched();
  #again: ReturnType<typeof setTimeout> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drafts: DraftsInTheMaking = new Map();
  #position = 0;
  #head = 0;
  readonly #watchers = new Set<() => void>();
  readonly #listeners = new Set<Listener>();
  readonly #open: (url: string) => EventSource;

  constructor(open: (url: string) => EventSource = (url) => new EventSource(url)) {
    this.#open = open;
  }

  readonly connection = (): Connection => this.#connection;

  /** The drafts that models are writing now. */
  readonly drafts = (): DraftsInTheMaking => this.#drafts;

  /** Calls `watcher` whenever the connection or a draft in the making changes; gives back how to stop. */
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
    source.addEventListener("draft", (event) => this.#draft(event as MessageEvent<string>));
    source.addEventListener("stale", (event) => this.#stale(event as MessageEvent<string>));
    source.addEventListener("error", () => this.#lost(source));
    this.#source = source;
  }

  stop(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#again);
    this.#timer = undefined;
  }

  #snapshot(event: MessageEvent<string>): void {
    const { position: said, head } = parseSnapshot(event.data);
    // Behind ours: this is another log, and whatever we hold is of the old one.
    // Ahead of ours: what lies between happened while nobody listened, or while the first reads were under way.
    const elsewhere = said !== undefined && said !== this.#position;
    this.#position = said ?? this.#position;
    // those that go on are told anew, and of those that ended meanwhile nobody tells
    this.#drafts = new Map();
    this.#head = head ?? this.#position;
    this.#become({ state: this.#position < this.#head ? "catching-up" : "live" });
    if (elsewhere) {
      this.#tell({ ...nothingTouched(), position: this.#position, anew: true });
    }
  }

  #change(event: MessageEvent<string>): void {
    const change: LiveChange | undefined = parseChange(event.data);
    if (change === undefined) {
      return;
    }
    this.#position = Math.max(this.#position, change.position);
    if (this.#connection.state === "catching-up" && this.#position >= this.#head) {
      this.#become({ state: "live" });
    }
    touch(this.#touched, change);
    this.#timer ??= setTimeout(() => {
      const touched = this.#touched;
      this.#touched = nothingTouched();
      this.#timer = undefined;
      this.#tell(touched);
    }, GATHER_MS);
  }

  #draft(event: MessageEvent<string>): void {
    const news = parseDraft(event.data);
    if (news !== undefined) {
      this.#drafts = withNews(this.#drafts, news);
      this.#tellWatchers();
    }
  }

  /** The server no longer knows where we were: everything is read again; the stream goes on from its head. */
  #stale(event: MessageEvent<string>): void {
    const { position } = parseSnapshot(event.data);
    this.#position = position ?? 0;
    this.#head = this.#position;
    this.#become({ state: "live" });
    this.#tell({ ...nothingTouched(), position: this.#position, anew: true });
  }

  #lost(source: EventSource): void {
    const since = this.#connection.state === "offline" ? this.#connection.since : new Date();
    this.#become({ state: "offline", since });
    // The browser tries again by itself unless the answer was a refusal.
    if (source.readyState === CLOSED && this.#source === source) {
      this.#source = undefined;
      this.#again = setTimeout(() => this.start(), AGAIN_MS);
    }
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    this.#tellWatchers();
  }

  #tellWatchers(): void {
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

function parseSnapshot(data: string): { position?: number; head?: number } {
  try {
    const parsed = JSON.parse(data) as { position?: unknown; head?: unknown };
    return {
      position: typeof parsed.position === "number" ? parsed.position : undefined,
      head: typeof parsed.head === "number" ? parsed.head : undefined,
    };
  } catch {
    return {};
  }
}
