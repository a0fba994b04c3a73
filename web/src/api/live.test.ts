import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Touched } from "./changes";
import { LiveStream } from "./live";

/** Stands in for the browser's EventSource; a test speaks through it. */
class FakeSource extends EventTarget {
  readyState = 1;
  closed = false;
  constructor(readonly url: string) {
    super();
  }
  close() {
    this.closed = true;
  }
  say(type: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
  fail(readyState: number) {
    this.readyState = readyState;
    this.dispatchEvent(new Event("error"));
  }
}

let opened: FakeSource[];
let told: Touched[];
let stream: LiveStream;
const change = (position: number, plan_id: string) => ({ position, type: "StepCompleted", stream: "s", plan_id });
const source = () => opened.at(-1) as FakeSource;

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  told = [];
  stream = new LiveStream((url) => {
    opened.push(new FakeSource(url));
    return source() as unknown as EventSource;
  });
  stream.listen((touched) => told.push(touched));
  stream.start();
});

afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

it("what happened during the first reads is read again", () => {
  source().say("snapshot", { position: 7, head: 7 });
  expect(stream.connection().state).toBe("live");
  expect(told).toMatchObject([{ position: 7, anew: true }]);
});

it("a burst of changes is told once", () => {
  source().say("snapshot", { position: 0, head: 0 });
  source().say("change", change(1, "a"));
  source().say("change", change(2, "b"));
  vi.runAllTimers();
  expect(told).toMatchObject([{ position: 2, anew: false }]);
  expect([...(told[0]?.plans ?? [])]).toEqual(["a", "b"]);
});

it("while the stream is behind the head, the page is catching up", () => {
  source().say("snapshot", { position: 1, head: 3 });
  source().say("change", change(2, "a"));
  expect(stream.connection().state).toBe("catching-up");
  source().say("change", change(3, "a"));
  expect(stream.connection().state).toBe("live");
});

it("a broken stream is offline since it broke, not since the last try", () => {
  source().fail(0);
  const since = stream.connection();
  vi.advanceTimersByTime(5000);
  source().fail(0);
  expect(stream.connection()).toEqual(since);
});

it("a refused stream is asked for again where it stood", () => {
  source().say("snapshot", { position: 4, head: 4 });
  source().fail(2);
  vi.advanceTimersByTime(3000);
  expect(opened.map(({ url }) => url)).toEqual(["/api/v1/live", "/api/v1/live?from=4"]);
});

it("a place the server no longer knows makes everything be read again", () => {
  source().say("snapshot", { position: 9, head: 9 });
  source().say("stale", { position: 2, asked: 9 });
  expect(told.at(-1)).toMatchObject({ position: 2, anew: true });
  expect(stream.connection().state).toBe("live");
});
