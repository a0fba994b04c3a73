import { expect, test } from "vitest";
import type { ParkedEvent } from "@/api/types";
import { groupParked, lagWords, operationPlace, progressWords, readable, share } from "./words";

const progress = { phase: "reading" as const, events: 12_000, total: 40_000, rate: 9_500.4, eta_seconds: 2.947 };

test("progress says how far, how fast and how long", () => {
  expect(progressWords(progress)).toBe("12,000 of 40,000 events, 9,500 a second, 2.9 s left");
  expect(progressWords({ ...progress, phase: "comparing", events: 40_000 })).toBe(
    "40,000 of 40,000 rows compared, 9,500 a second",
  );
  expect(progressWords({ ...progress, total: 0 })).toBe("12,000 events, 9,500 a second");
  expect(progressWords({ ...progress, phase: "taking_over" })).toBe("The new build takes over");
});

test("a share is only told where the total is known", () => {
  expect(share(progress)).toBe(0.3);
  expect(share({ ...progress, total: 0 })).toBeUndefined();
  expect(share({ ...progress, events: 50_000 })).toBe(1);
});

test("where work is carried out is told when there are several servers", () => {
  expect(operationPlace({ node: "web-1, process 7" })).toBe("on web-1, process 7");
  expect(operationPlace({ node: null })).toBeUndefined();
});

test("lag is told in events and time", () => {
  expect(lagWords(0, 0)).toBe("none");
  expect(lagWords(1, 0.4)).toBe("1 event, 400 ms");
  expect(lagWords(1_200, 4)).toBe("1,200 events, 4.0 s");
});

test("parked events are grouped by what stands in the way", () => {
  const event = (projection: string, position: number, behind: number | null) =>
    ({ projection, position, behind, id: `${projection}-${position}` }) as ParkedEvent;
  const items = [
    event("plan_list", 9, null),
    event("plan_list", 10, 9),
    event("plan_list", 4, null),
    event("plan_board", 9, null),
    event("plan_board", 10, 9),
  ];
  const groups = groupParked(items).map(({ event: { position }, models, behind }) => ({ position, models, behind }));
  expect(groups).toEqual([
    { position: 4, models: ["plan_list"], behind: 0 },
    { position: 9, models: ["plan_list", "plan_board"], behind: 1 },
  ]);
});

test("data that is no JSON is shown as it is", () => {
  expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(readable('{"a":')).toBe('{"a":');
});
