import { Checkbox } from "@mantine/core";
import type { FoundParameter } from "@/api/types";
import { Visible } from "@/design/visible";
import { type Choice, whyWords } from "./choices";
import { ParameterFields } from "./parameter-fields";
import css from "./templates.module.css";
import { counted } from "./words";

type Props = { choice: Choice; error?: string; onChange: (choice: Choice) => void };

/** One proposal: ticked or not, its places marked in their texts, how it is asked for. */
export function FoundItem({ choice, error, onChange }: Props) {
  const { found, ticked, parameter } = choice;
  return (
    <li className={css.parameter}>
      <Checkbox
        label={
          <>
            <strong>
              <Visible text={found.value_label ?? String(found.value)} />
            </strong>{" "}
            <span className="quiet">
              {found.name}: {whyWords(found)}, in {counted(found.count, "place")}
            </span>
          </>
        }
        aria-label={`Make ${found.name} a parameter`}
        checked={ticked}
        onChange={(event) => onChange({ ...choice, ticked: event.currentTarget.checked })}
      />
      <Places found={found} />
      {ticked && (
        <ParameterFields
          parameter={parameter}
          error={error}
          renames
          onChange={(changed) => onChange({ ...choice, parameter: changed })}
        />
      )}
    </li>
  );
}

const SHOWN = 4;

function Places({ found }: { found: FoundParameter }) {
  const more = found.count - SHOWN;
  return (
    <ul className={css.places} aria-label={`Places of ${found.name}`}>
      {found.shown.slice(0, SHOWN).map((place) => (
        <li key={`${place.pointer} ${place.before}`}>
          <span className="quiet">{placeWords(place.pointer)}</span> <Visible text={place.before} />
          <mark className={css.found}>
            <Visible text={place.found} />
          </mark>
          <Visible text={place.after} />
        </li>
      ))}
      {more > 0 && <li className="quiet">and {counted(more, "more place")}</li>}
    </ul>
  );
}

/** `/steps/3/title` as people say it. */
function placeWords(pointer: string): string {
  const [, of, index, ...rest] = pointer.split("/");
  if (of !== "steps") {
    return `plan ${of}:`;
  }
  const field = rest.filter((name) => name !== "params" && !/^\d+$/.test(name)).join(" ");
  return `step ${Number(index) + 1}, ${field.replaceAll("_", " ")}:`;
}
