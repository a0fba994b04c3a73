import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef } from "react";
import type { PlannerChoice } from "@/api/types";
import { entityQuery } from "@/api/workspace";
import { examples, examplesFor } from "./examples";
import { PlannerSelect } from "./planner-select";
import css from "./request-box.module.css";
import { SelectionChip } from "./selection-chip";

type Props = {
  value: string;
  onChange: (value: string) => void;
  onSend: () => void;
  sending: boolean;
  selection: string | undefined;
  onClearSelection: () => void;
  planner: PlannerChoice;
  onPlanner: (planner: PlannerChoice) => void;
};

/** The one box: what is open, the request, the examples, Send. */
export function RequestBox(props: Props) {
  const { value, onChange, onSend, sending, selection, onClearSelection } = props;
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const { data: entity } = useQuery({ ...entityQuery(selection ?? ""), enabled: selection !== undefined });
  const offered = entity === undefined ? examples : examplesFor(entity.kind);

  useEffect(() => box.current?.focus({ preventScroll: true }), []);

  const take = (example: string) => {
    onChange(example);
    box.current?.focus();
  };

  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <div className={css.box}>
        {entity && <SelectionChip entity={entity} onClear={onClearSelection} />}
        <label className="visually-hidden" htmlFor={id}>
          Request
        </label>
        <textarea
          id={id}
          ref={box}
          className={css.text}
          rows={3}
          value={value}
          maxLength={20_000}
          placeholder={entity ? `What about this ${entity.kind}?` : "Plan a project launch for the end of January…"}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              onSend();
            }
          }}
        />
        <div className={css.foot}>
          <PlannerSelect value={props.planner} onChange={props.onPlanner} />
          <div className={css.send}>
            <span className={css.hint}>Ctrl Enter sends</span>
            <Button
              type="submit"
              size="sm"
              loading={sending}
              disabled={value.trim() === ""}
              rightSection={<IconArrowUp size={16} aria-hidden="true" />}
            >
              Send
            </Button>
          </div>
        </div>
      </div>
      <ul className={css.examples} aria-label="Examples">
        {offered.map((example) => (
          <li key={example}>
            <button type="button" className={css.example} onClick={() => take(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}
