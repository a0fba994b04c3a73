import { MultiSelect } from "@mantine/core";
import { useState } from "react";
import type { Fields } from "@/api/types";
import { cycleThrough } from "./graph";
import { visible } from "./hidden";
import { referredSteps } from "./references";

/** What can wait for others, and be waited for. */
export type Waiting = { id: string; title: string; params: Fields; depends_on: string[] };

type Props = { step: Waiting; steps: Waiting[]; onChange: (depends_on: string[]) => void };

/** Which steps have to end first. A choice that would close a circle is refused with its path. */
export function DependencyPicker({ step, steps, onChange }: Props) {
  const [refusal, setRefusal] = useState<string>();
  const label = (id: string) => {
    const index = steps.findIndex((other) => other.id === id);
    return index < 0 ? id : `${index + 1} ${visible(steps[index]?.title ?? "")}`;
  };
  const choose = (chosen: string[]) => {
    const circle = chosen.map((parent) => cycleThrough(steps, step.id, parent)).find((path) => path !== undefined);
    if (circle !== undefined) {
      const path = circle.map((id) => `step ${steps.findIndex((other) => other.id === id) + 1}`).join(" → ");
      setRefusal(`That would be a circle: ${path}`);
      return;
    }
    const used = referredSteps(step.params).find((id) => step.depends_on.includes(id) && !chosen.includes(id));
    setRefusal(used && `Its values use the result of step ${label(used)}, so it has to wait for it`);
    onChange(used === undefined ? chosen : [...chosen, used]);
  };
  return (
    <MultiSelect
      label="Starts after"
      placeholder={step.depends_on.length === 0 ? "Nothing: it can start at once" : undefined}
      error={refusal}
      searchable
      hidePickedOptions
      nothingFoundMessage="No such step"
      data={steps.filter((other) => other.id !== step.id).map(({ id }) => ({ value: id, label: label(id) }))}
      value={step.depends_on}
      onChange={choose}
    />
  );
}
