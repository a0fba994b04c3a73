import type { Plan, Warning } from "@/api/types";

/** What tells a warning from the others of the same plan. */
export function warningKey(warning: Warning): string {
  return [warning.code, warning.step_id ?? "", warning.pointer ?? "", warning.text].join(" ");
}

/** The warnings that ask for a tick of their own, and those that are only told. */
export function byLoudness(warnings: Warning[]): { loud: Warning[]; quiet: Warning[] } {
  return { loud: warnings.filter((warning) => warning.loud), quiet: warnings.filter((warning) => !warning.loud) };
}

/** The warnings about one step. */
export function warningsOf(plan: Pick<Plan, "warnings">, step: string): Warning[] {
  return plan.warnings.filter((warning) => warning.step_id === step);
}
