import { expect, it, vi } from "vitest";
import { Announcer } from "./announcer";

it("a burst is spoken as one sentence with the last word on each topic", () => {
  vi.useFakeTimers();
  const spoken: string[] = [];
  const announcer = new Announcer(() => Date.now());
  announcer.speakWith((text) => spoken.push(text));

  announcer.say("Step 1 of 8 done", "progress");
  vi.advanceTimersByTime(0);
  announcer.say("Step 2 of 8 done", "progress");
  announcer.say("Step 3 of 8 done", "progress");
  announcer.say("Paused", "plan");
  vi.advanceTimersByTime(1999);
  expect(spoken).toEqual(["Step 1 of 8 done"]);
  vi.advanceTimersByTime(1);
  expect(spoken).toEqual(["Step 1 of 8 done", "Step 3 of 8 done. Paused"]);
  vi.useRealTimers();
});
