import type { Plan, Warning } from "@/api/types";

/** The warnings that ask for a tick of their own, and those that are only told. */
export function byLoudness(warnings: Warning[]): { loud: Warning[]; quiet: Warning[] } {
  return { loud: warnings.filter((warning) => warning.loud), quiet: warnings.filter((warning) => !warning.loud) };
}

/** The warnings about one step. */
export function warningsOf(plan: Pick<Plan, "warnings">, step: string): Warning[] {
  return plan.warnings.filter((warning) => warning.step_id === step);
}
