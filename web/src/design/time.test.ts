import { expect, it } from "vitest";
import { ago, duration, isDate, readableDate } from "./time";

it("a duration has at most two units", () => {
  expect(duration(-5)).toBe("0 s");
  expect(duration(430)).toBe("430 ms");
  expect(duration(4_290)).toBe("4.2 s");
  expect(duration(12_900)).toBe("12 s");
  expect(duration(185_000)).toBe("3 min 05 s");
  expect(duration(7_800_000)).toBe("2 h 10 min");
  expect(duration(273_600_000)).toBe("3 d 4 h");
});

it("what is long ago is named by its day", () => {
  const now = new Date("2026-11-23T12:00:00Z");
  expect(ago(new Date("2026-11-23T11:59:40Z"), now)).toBe("just now");
  expect(ago(new Date("2026-11-23T11:55:00Z"), now)).toBe("5 min ago");
  expect(ago(new Date("2026-11-23T09:00:00Z"), now)).toBe("3 h ago");
  expect(ago(new Date("2026-11-20T12:00:00Z"), now)).toBe("20 Nov");
  expect(ago(new Date("2025-11-20T12:00:00Z"), now)).toBe("20 Nov 2025");
});

it("a date in params is read with or without its time", () => {
  expect(readableDate("2026-12-04")).toBe("4 Dec 2026");
  expect(readableDate("2026-11-26T10:00:00")).toBe("26 Nov 2026, 10:00");
  expect(readableDate("soon")).toBe("soon");
  expect(isDate("2026-12-04")).toBe(true);
  expect(isDate("2026-12-04 or later")).toBe(false);
});
