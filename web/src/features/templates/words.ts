import type { TemplateFigures } from "@/api/types";
import { duration } from "@/design/time";

/** How a template has worked, in a few words. */
export function figureWords({ plans, success_rate, mean_seconds }: TemplateFigures): string {
  if (plans === 0) {
    return "not used yet";
  }
  const used = plans === 1 ? "used once" : `used ${plans} times`;
  const worked = success_rate == null ? undefined : `${Math.round(success_rate * 100)}% completed`;
  const took = mean_seconds == null ? undefined : `${duration(mean_seconds * 1000)} on average`;
  return [used, worked, took].filter((part) => part !== undefined).join(", ");
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
