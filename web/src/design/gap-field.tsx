import { ActionIcon, Menu, Textarea, TextInput } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useRef } from "react";
import css from "./gap-field.module.css";
import { GapText } from "./gap-text";
import { type GapParameter, gapsOf, holdsGap, inserted } from "./gaps";

type Props = {
  label: string;
  value: string;
  gaps: GapParameter[];
  long?: boolean;
  withAsterisk?: boolean;
  placeholder?: string;
  description?: string;
  error?: React.ReactNode;
  disabled?: boolean;
  onChange: (value: string) => void;
};

/** A text in which gaps can be put at the cursor; below it stands how it reads, with its gaps marked. */
export function GapField({ gaps, long = false, value, onChange, ...shared }: Props) {
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const insert = (text: string) => {
    const at = input.current;
    const put = inserted(value, text, at?.selectionStart ?? value.length, at?.selectionEnd ?? value.length);
    onChange(put.text);
    // once the new text stands in the field
    requestAnimationFrame(() => {
      at?.focus();
      at?.setSelectionRange(put.cursor, put.cursor);
    });
  };
  const common = {
    ...shared,
    ref: input,
    value,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
    rightSection: <GapMenu label={shared.label} gaps={gaps} disabled={shared.disabled} onPick={insert} />,
  };
  return (
    <div>
      {long ? <Textarea {...common} autosize minRows={2} maxRows={10} /> : <TextInput {...common} />}
      {holdsGap(value) && (
        <p className={css.reads}>
          <span className="quiet">Reads</span> <GapText text={value} />
        </p>
      )}
    </div>
  );
}

type MenuProps = { label: string; gaps: GapParameter[]; disabled?: boolean; onPick: (text: string) => void };

/** The parameters that can be put at a place. */
export function GapMenu({ label, gaps, disabled, onPick }: MenuProps) {
  const options = gaps.flatMap(gapsOf);
  return (
    <Menu position="bottom-end" withinPortal returnFocus={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          title="Insert a parameter"
          aria-label={`Insert a parameter into ${label}`}
          disabled={disabled}
        >
          <IconBraces size={16} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={css.menu}>
        {options.length === 0 && <Menu.Label>There is no parameter yet</Menu.Label>}
        {options.map((option) => (
          <Menu.Item key={option.text} onClick={() => onPick(option.text)}>
            {option.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
