import { expect, it } from "vitest";
import { figureWords } from "./words";

const figures = {
  plans: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  last_used: null,
  success_rate: null,
  mean_seconds: null,
};

it("how a template has worked reads as a sentence", () => {
  expect(figureWords(figures)).toBe("not used yet");
  expect(figureWords({ ...figures, plans: 1 })).toBe("used once");
  expect(figureWords({ ...figures, plans: 4, success_rate: 0.75, mean_seconds: 90 })).toBe(
    "used 4 times, 75% completed, 1 min 30 s on average",
  );
});
