import { words } from "@/design/entity-words";
import { isForgotten } from "@/design/forgotten";
import { ForgottenMark } from "@/design/forgotten-mark";
import { isDate, readableDate } from "@/design/time";
import { Visible } from "@/design/visible";
import css from "./field-tree.module.css";

type Props = { value: unknown; titleOf: (id: string) => string | undefined };

/** What an event says, as names with values; lists and things within things are indented. */
export function FieldTree({ value, titleOf }: Props) {
  if (isForgotten(value)) {
    return <ForgottenMark />;
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? (
      <span className={css.none}>none</span>
    ) : (
      <ol className={css.items}>
        {value.map((item, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what was recorded never changes its order
          <li key={place}>
            <FieldTree value={item} titleOf={titleOf} />
          </li>
        ))}
      </ol>
    );
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
    return fields.length === 0 ? (
      <span className={css.none}>nothing more</span>
    ) : (
      <dl className={css.fields}>
        {fields.map(([name, field]) => (
          <div key={name} data-deep={isDeep(field) || undefined}>
            <dt>{words(name)}</dt>
            <dd>
              <FieldTree value={field} titleOf={titleOf} />
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  return <Leaf value={value} titleOf={titleOf} />;
}

function Leaf({ value, titleOf }: Props) {
  if (typeof value === "boolean") {
    return <span>{value ? "yes" : "no"}</span>;
  }
  if (typeof value === "string") {
    const title = titleOf(value);
    const shown = title ?? (isDate(value) ? readableDate(value) : value);
    return <span title={shown === value ? undefined : value}>{shown === "" ? "–" : <Visible text={shown} />}</span>;
  }
  return <span>{value === null || value === undefined ? "–" : String(value)}</span>;
}

/** Whether a field needs a line of its own below its name. */
function isDeep(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
