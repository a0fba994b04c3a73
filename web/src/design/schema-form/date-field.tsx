import "@mantine/dates/styles.css";
import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { DateInput, TimeInput } from "@mantine/dates";
import { IconClock, IconClockOff } from "@tabler/icons-react";
import { parseReference } from "../references";
import { isDate } from "../time";
import { joinDate, splitDate } from "./dates";
import { type FieldProps, hint } from "./field-props";
import css from "./schema-form.module.css";

/** A day, with a time of day when one is wanted. A value in other words is shown as text, so that it is not lost. */
export function DateField({ field, value, onChange, problems, pointer, disabled }: FieldProps) {
  const text = typeof value === "string" ? value : "";
  const common = {
    label: field.label,
    required: field.required,
    withAsterisk: field.required,
    error: problems[pointer],
    disabled,
  };
  if (text !== "" && (parseReference(text) !== undefined || !isDate(text))) {
    return <TextInput {...common} value={text} onChange={(e) => onChange(e.target.value || undefined)} />;
  }
  const { date, time } = splitDate(text);
  const timed = time !== undefined;
  const label = timed ? "Leave the time of day out" : "Add a time of day";
  return (
    <div className={css.date}>
      <DateInput
        {...common}
        value={date ?? null}
        valueFormat="D MMM YYYY"
        placeholder={hint(field) ?? "Day"}
        clearable={!field.required}
        onChange={(given) => onChange(joinDate(given ?? undefined, time))}
      />
      {timed ? (
        <TimeInput
          aria-label={`${field.label}, time of day`}
          size="sm"
          disabled={disabled}
          value={time}
          onChange={(e) => onChange(joinDate(date, e.target.value || "09:00"))}
          rightSection={
            <ActionIcon size="sm" aria-label={label} disabled={disabled} onClick={() => onChange(date)}>
              <IconClockOff size={14} aria-hidden="true" />
            </ActionIcon>
          }
        />
      ) : (
        <Tooltip label={label}>
          <ActionIcon
            size={34}
            aria-label={label}
            disabled={disabled || date === undefined}
            onClick={() => onChange(joinDate(date, "09:00"))}
          >
            <IconClock size={16} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
