import { Textarea } from "@mantine/core";
import { useState } from "react";
import type { FieldProps } from "./field-props";

/** A value of any shape, written as JSON. */
export function JsonField({ field, value, onChange, problems, pointer, disabled }: FieldProps) {
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState<string>();
  const shown = typed ?? (value === undefined || value === null ? "" : JSON.stringify(value, null, 2));
  const take = () => {
    if (typed === undefined) {
      return;
    }
    if (typed.trim() === "") {
      setFault(undefined);
      setTyped(undefined);
      onChange(undefined);
      return;
    }
    try {
      onChange(JSON.parse(typed));
      setFault(undefined);
      setTyped(undefined);
    } catch (thrown) {
      setFault(`This is no JSON: ${thrown instanceof Error ? thrown.message : "it cannot be read"}`);
    }
  };
  return (
    <Textarea
      label={`${field.label} (JSON)`}
      withAsterisk={field.required}
      error={fault ?? problems[pointer]}
      disabled={disabled}
      autosize
      minRows={2}
      maxRows={12}
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--font-mono)", fontSize: "var(--text-s)" } }}
      value={shown}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={take}
    />
  );
}
