import { NumberInput, Select, TextInput } from "@mantine/core";
import type { TemplateParameter } from "@/api/types";
import { visible } from "@/design/hidden";
import { readDueDay, writeDueDay } from "./due-day";
import css from "./schedules.module.css";

type Props = { parameter: TemplateParameter; value: string; error?: string; onChange: (value: string) => void };

const kinds = [
  { value: "on", label: "The day it is due" },
  { value: "after", label: "Days after it" },
  { value: "before", label: "Days before it" },
  { value: "fixed", label: "Always the same day" },
];

/** A day that is counted from the day each plan is due, or is always the same. */
export function DueDayField({ parameter, value, error, onChange }: Props) {
  const label = visible(parameter.label || parameter.name);
  const day = readDueDay(value) ?? { from: "fixed" as const, day: value };
  const count = day.from === "due" ? Math.abs(day.days) : 0;
  const kind = day.from === "fixed" ? "fixed" : day.days === 0 ? "on" : day.days > 0 ? "after" : "before";
  const choose = (chosen: string | null) => {
    const days = count || 7;
    onChange(
      chosen === "fixed"
        ? ""
        : writeDueDay({ from: "due", days: chosen === "after" ? days : chosen === "before" ? -days : 0 }),
    );
  };
  return (
    <div className={css.day}>
      <Select
        label={label}
        description={parameter.help ? visible(parameter.help) : undefined}
        withAsterisk={parameter.required}
        error={error}
        data={kinds}
        value={kind}
        allowDeselect={false}
        onChange={choose}
      />
      {(kind === "after" || kind === "before") && (
        <NumberInput
          label="Days"
          aria-label={`Days of ${label}`}
          min={1}
          max={3650}
          allowDecimal={false}
          value={count}
          onChange={(given) => {
            const days = Math.max(1, Number(given) || 1);
            onChange(writeDueDay({ from: "due", days: kind === "before" ? -days : days }));
          }}
        />
      )}
      {kind === "fixed" && (
        <TextInput
          label="Day"
          aria-label={`Day of ${label}`}
          type="date"
          value={day.from === "fixed" ? day.day : ""}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}
