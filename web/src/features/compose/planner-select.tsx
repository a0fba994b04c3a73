import { NativeSelect } from "@mantine/core";
import type { PlannerChoice, PlannerOption } from "@/api/types";
import { usePlanners } from "@/api/use-me";
import { plannerName } from "@/design/planner-words";
import css from "./planner-select.module.css";

type Props = { value: PlannerChoice; onChange: (planner: PlannerChoice) => void };

/** Who drafts the plan. What cannot be asked is listed with the reason. */
export function PlannerSelect({ value, onChange }: Props) {
  const planners = usePlanners();
  if (planners.length === 0) {
    return null;
  }
  return (
    <NativeSelect
      aria-label="Planner"
      size="xs"
      classNames={{ root: css.root, input: css.input }}
      value={value}
      onChange={(event) => onChange(event.target.value as PlannerChoice)}
      data={planners.map((planner) => ({
        value: planner.name,
        label: optionWords(planner),
        disabled: !planner.available,
      }))}
    />
  );
}

function optionWords({ name, model, available }: PlannerOption): string {
  const words = name === "auto" ? `${plannerName(name)}: ${model ?? "offline planner"}` : plannerName(name);
  if (!available) {
    return `${words} (no key)`;
  }
  return name !== "auto" && model ? `${words}: ${model}` : words;
}
