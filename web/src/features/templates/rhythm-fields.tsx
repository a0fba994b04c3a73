import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { cronOf, type Rhythm, rhythmOf, weekdays } from "./rhythm";
import css from "./schedules.module.css";

type Props = {
  rhythm: Rhythm;
  /** The expression, while it is written by hand. */
  expert: string | undefined;
  error?: string;
  onChange: (rhythm: Rhythm) => void;
  onExpert: (cron: string | undefined) => void;
};

const often = [
  { value: "day", label: "Every day" },
  { value: "week", label: "Every week" },
  { value: "month", label: "Every month" },
];

const monthDays = [
  ...Array.from({ length: 31 }, (_, at) => ({ value: String(at + 1), label: String(at + 1) })),
  { value: "last", label: "The last day" },
];

/** How often, in words; or as a cron expression. */
export function RhythmFields({ rhythm, expert, error, onChange, onExpert }: Props) {
  if (expert !== undefined) {
    return (
      <>
        <TextInput
          label="Cron expression"
          description="Minute, hour, day of the month, month, day of the week"
          placeholder="0 9 * * mon"
          spellCheck={false}
          className={css.cron}
          value={expert}
          error={error}
          onChange={(event) => onExpert(event.target.value)}
        />
        <div className={css.other}>
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => {
              onChange(rhythmOf(expert) ?? rhythm);
              onExpert(undefined);
            }}
          >
            Say it in words
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <Select
        label="How often"
        data={often}
        value={rhythm.every}
        allowDeselect={false}
        onChange={(every) => onChange(turned(every, rhythm.at))}
      />
      <TextInput
        label="At"
        type="time"
        value={rhythm.at}
        error={error}
        onChange={(event) => onChange({ ...rhythm, at: event.target.value })}
      />
      {rhythm.every === "month" && (
        <Select
          label="On day"
          data={monthDays}
          value={String(rhythm.day)}
          allowDeselect={false}
          onChange={(day) => onChange({ ...rhythm, day: day === "last" ? "last" : Number(day) })}
        />
      )}
      {rhythm.every === "week" && (
        <Checkbox.Group
          label="On"
          className={css.days}
          value={rhythm.days.map(String)}
          onChange={(days) => days.length > 0 && onChange({ ...rhythm, days: days.map(Number) })}
        >
          <div className={css.boxes}>
            {weekdays.map(({ value, name }) => (
              <Checkbox key={value} value={String(value)} label={name.slice(0, 3)} aria-label={name} />
            ))}
          </div>
        </Checkbox.Group>
      )}
      <div className={css.other}>
        <Button variant="subtle" size="compact-sm" onClick={() => onExpert(cronOf(rhythm))}>
          Write a cron expression
        </Button>
      </div>
    </>
  );
}

function turned(every: string | null, at: string): Rhythm {
  switch (every) {
    case "week":
      return { every: "week", at, days: [1] };
    case "month":
      return { every: "month", at, day: 1 };
    default:
      return { every: "day", at };
  }
}
